import { closeSync, ftruncateSync, mkdirSync, openSync, readSync, writeSync } from "node:fs";
import { join } from "node:path";
import { CHANNEL_CODE, type Channel } from "@/lib/domain/vocabulary";
import { hash32 } from "../scenarios/draw";
import { growingArray } from "./grow-array";
import type { LedgerEntry, LedgerPage, LedgerQuery, LedgerSummary, ListedEntry } from "./ledger-entry";
import { readLines } from "./read-lines";

export type Ledger = {
  /** Writes the entry to the file before it returns: who is answered "accepted" is in the ledger. */
  append(entry: Omit<LedgerEntry, "seq">): LedgerEntry;
  /** The receiver has taken receipt number `index` of the entry. */
  acknowledge(seq: number, index: number, atMs: number): void;
  list(query: Partial<LedgerQuery>): LedgerPage;
  summary(): LedgerSummary;
  count(): number;
  /** Distinguishes ids given before and after a reset; milliseconds since the epoch. */
  generation(): number;
  /** Entries found at opening whose receipts were not all acknowledged; given out once. */
  takePending(): readonly { readonly entry: LedgerEntry; readonly open: readonly number[] }[];
  reset(): void;
  close(): void;
};

/** Acknowledgements are evidence of second rank: they may wait this long in memory. */
const flushMs = 50;
const maxPageSize = 1_000;
const maxReceipts = 8;

/**
 * An append-only NDJSON file with an index in memory of some 20 bytes an entry; the entries themselves are read
 * from the file. Lines: `{"t":"open"}` once, `{"t":"submit"}` for each message, `{"t":"ack"}` for each receipt.
 */
export function openLedger(dataDir: string): Ledger {
  mkdirSync(dataDir, { recursive: true });
  const fd = openSync(join(dataDir, "ledger.ndjson"), "a+");
  const offsets = growingArray((length) => new Float64Array(length));
  const lengths = growingArray((length) => new Uint32Array(length));
  const numbers = growingArray((length) => new Uint32Array(length));
  const channels = growingArray((length) => new Uint8Array(length));
  const acknowledged = growingArray((length) => new Uint8Array(length));
  let count = 0;
  let size = 0;
  let generation = 0;
  let counts = emptyCounts();
  let pending = new Map<number, LedgerEntry>();
  let buffered: string[] = [];
  let flushTimer: NodeJS.Timeout | null = null;

  const write = (line: string): number => {
    flush();
    const bytes = Buffer.from(line, "utf8");
    writeAll(fd, bytes);
    size += bytes.length;
    return bytes.length;
  };
  const flush = (): void => {
    if (flushTimer !== null) clearTimeout(flushTimer);
    flushTimer = null;
    if (buffered.length === 0) return;
    const bytes = Buffer.from(buffered.join(""), "utf8");
    buffered = [];
    writeAll(fd, bytes);
    size += bytes.length;
  };
  const index = (entry: LedgerEntry, offset: number, length: number): void => {
    offsets.set(count, offset);
    lengths.set(count, length);
    numbers.set(count, hash32(entry.to));
    channels.set(count, CHANNEL_CODE[entry.channel]);
    acknowledged.set(count, 0);
    count += 1;
    counts.byChannel[entry.channel] = (counts.byChannel[entry.channel] ?? 0) + 1;
    const key = `${entry.channel}:${entry.scenario}`;
    counts.byScenario[key] = (counts.byScenario[key] ?? 0) + 1;
    counts.planned += entry.receipts.length;
  };
  const note = (seq: number, receipt: number): boolean => {
    const mask = acknowledged.get(seq - 1);
    if (seq < 1 || seq > count || receipt >= maxReceipts || (mask & (1 << receipt)) !== 0) return false;
    acknowledged.set(seq - 1, mask | (1 << receipt));
    counts.acknowledged += 1;
    return true;
  };
  const isOpen = (seq: number, receipt: number): boolean => (acknowledged.get(seq - 1) & (1 << receipt)) === 0;
  const read = (position: number): ListedEntry => {
    const bytes = Buffer.alloc(lengths.get(position));
    readSync(fd, bytes, 0, bytes.length, offsets.get(position));
    const { t: _type, ...entry } = JSON.parse(bytes.toString("utf8")) as LedgerEntry & { t: string };
    return {
      ...entry,
      receipts: entry.receipts.map((item, at) => ({ ...item, acknowledged: !isOpen(entry.seq, at) })),
    };
  };
  const begin = (): void => {
    generation = Date.now();
    write(`${JSON.stringify({ t: "open", generation })}\n`);
  };
  const replay = (line: Line, offset: number, length: number): void => {
    if (line.t === "open") generation = line.generation;
    else if (line.t === "submit") {
      const { t: _type, ...entry } = line;
      index(entry, offset, length);
      if (entry.receipts.length > 0) pending.set(entry.seq, entry);
    } else if (note(line.seq, line.i)) {
      const entry = pending.get(line.seq);
      if (entry?.receipts.every((_, at) => !isOpen(entry.seq, at))) pending.delete(line.seq);
    }
  };

  size = readLines(fd, (text, offset, length) => replay(JSON.parse(text) as Line, offset, length));
  ftruncateSync(fd, size); // a line torn by a crash was never answered as accepted
  if (generation === 0) begin();

  return {
    append(fields) {
      const entry: LedgerEntry = { seq: count + 1, ...fields, receipts: fields.receipts.slice(0, maxReceipts) };
      flush();
      const offset = size;
      const length = write(`${JSON.stringify({ t: "submit", ...entry })}\n`);
      index(entry, offset, length);
      return entry;
    },
    acknowledge(seq, receipt, atMs) {
      if (!note(seq, receipt)) return;
      buffered.push(`{"t":"ack","seq":${seq},"i":${receipt},"atMs":${atMs}}\n`);
      flushTimer ??= setTimeout(flush, flushMs);
    },
    list(query) {
      const limit = Math.min(maxPageSize, Math.max(1, query.limit ?? 100));
      const step = query.newest === true ? -1 : 1;
      const start = query.newest === true ? (query.after ? query.after - 2 : count - 1) : (query.after ?? 0);
      const wantedHash = query.to ? hash32(query.to) : null;
      const wantedChannel = query.channel ? CHANNEL_CODE[query.channel] : null;
      const entries: ListedEntry[] = [];
      let position = start;
      for (; position >= 0 && position < count && entries.length < limit; position += step) {
        if (wantedHash !== null && numbers.get(position) !== wantedHash) continue;
        if (wantedChannel !== null && channels.get(position) !== wantedChannel) continue;
        const entry = read(position);
        if (!query.to || entry.to === query.to) entries.push(entry);
      }
      const isMore = position >= 0 && position < count && entries.length > 0;
      return { entries, next: isMore ? (entries.at(-1)?.seq ?? null) : null };
    },
    summary: () => ({
      accepted: count,
      byChannel: { ...counts.byChannel },
      byScenario: { ...counts.byScenario },
      receipts: { planned: counts.planned, acknowledged: counts.acknowledged },
    }),
    count: () => count,
    generation: () => generation,
    takePending() {
      const found = [...pending.values()].map((entry) => ({
        entry,
        open: entry.receipts.map((_, at) => at).filter((at) => isOpen(entry.seq, at)),
      }));
      pending = new Map();
      return found;
    },
    reset() {
      flush();
      ftruncateSync(fd, 0);
      for (const array of [offsets, lengths, numbers, channels, acknowledged]) array.clear();
      [count, size, counts] = [0, 0, emptyCounts()];
      pending = new Map();
      begin();
    },
    close() {
      flush();
      closeSync(fd);
    },
  };
}

type Line =
  | { readonly t: "open"; readonly generation: number }
  | ({ readonly t: "submit" } & LedgerEntry)
  | { readonly t: "ack"; readonly seq: number; readonly i: number };

type Counts = {
  readonly byChannel: Partial<Record<Channel, number>>;
  readonly byScenario: Record<string, number>;
  planned: number;
  acknowledged: number;
};

function emptyCounts(): Counts {
  return { byChannel: {}, byScenario: {}, planned: 0, acknowledged: 0 };
}

function writeAll(fd: number, bytes: Buffer): void {
  for (let written = 0; written < bytes.length;) written += writeSync(fd, bytes, written);
}
