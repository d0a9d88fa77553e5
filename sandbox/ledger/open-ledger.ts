import { join } from "node:path";
import type { LedgerEntry, LedgerPage, LedgerQuery, LedgerSummary, ListedEntry } from "./ledger-entry";
import { openLedgerFile, type LedgerFile } from "./ledger-file";
import { createLedgerIndex, maxReceipts, type LedgerIndex } from "./ledger-index";

export type Ledger = {
  /** In the file once {@link Ledger.written} resolves: nobody is answered "accepted" before. */
  append(entry: Omit<LedgerEntry, "seq">): LedgerEntry;
  /** With the end of this turn of the event loop, for all that was appended in it. Rejects if the file cannot be written. */
  written(): Promise<void>;
  /** The receiver has taken receipt number `index` of the entry; it was told first at `toldMs`. */
  acknowledge(seq: number, index: number, atMs: number, toldMs?: number): void;
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

const maxPageSize = 1_000;

type Line =
  | { readonly t: "open"; readonly generation: number }
  | ({ readonly t: "submit" } & LedgerEntry)
  | { readonly t: "ack"; readonly seq: number; readonly i: number };

/**
 * An append-only NDJSON file with an index in memory; the entries themselves are read from the file. Lines:
 * `{"t":"open"}` once, `{"t":"submit"}` for each message, `{"t":"ack"}` for each acknowledged receipt, with when it was taken
 * (`atMs`) and when its receiver was told first (`toldMs`).
 */
export function openLedger(dataDir: string): Ledger {
  let index = createLedgerIndex();
  let pending = new Map<number, LedgerEntry>();
  let generation = 0;
  const openReceipts = (entry: LedgerEntry): number[] =>
    entry.receipts.map((_, at) => at).filter((at) => !index.isAcknowledged(entry.seq, at));
  const file = openLedgerFile(join(dataDir, "ledger.ndjson"), (text, offset, length) => {
    const { t: type, ...line } = JSON.parse(text) as Line;
    if (type === "open" && "generation" in line) generation = line.generation;
    else if (type === "submit" && "carrierId" in line) {
      index.add(line, offset, length);
      if (line.receipts.length > 0) pending.set(line.seq, line);
    } else if ("i" in line && index.acknowledge(line.seq, line.i)) {
      const entry = pending.get(line.seq);
      if (entry !== undefined && openReceipts(entry).length === 0) pending.delete(line.seq);
    }
  });
  const begin = (): void => {
    generation = Date.now();
    file.write(`${JSON.stringify({ t: "open", generation })}\n`);
  };
  if (generation === 0) begin();

  return {
    append(fields) {
      const seq = index.count() + 1;
      const entry: LedgerEntry = { seq, ...fields, receipts: fields.receipts.slice(0, maxReceipts) };
      const { offset, length } = file.write(`{"t":"submit",${JSON.stringify(entry).slice(1)}\n`);
      index.add(entry, offset, length);
      return entry;
    },
    acknowledge(seq, receipt, atMs, toldMs = atMs) {
      if (!index.acknowledge(seq, receipt)) return;
      file.writeSoon(`${JSON.stringify({ t: "ack", seq, i: receipt, atMs, toldMs })}\n`);
    },
    written: () => file.written(),
    list: (query) => listEntries(file, index, query),
    summary: () => index.summary(),
    count: () => index.count(),
    generation: () => generation,
    takePending() {
      const found = [...pending.values()].map((entry) => ({ entry, open: openReceipts(entry) }));
      pending = new Map();
      return found;
    },
    reset() {
      file.truncate();
      index = createLedgerIndex();
      pending = new Map();
      begin();
    },
    close: () => file.close(),
  };
}

function listEntries(file: LedgerFile, index: LedgerIndex, query: Partial<LedgerQuery>): LedgerPage {
  const limit = Math.min(maxPageSize, Math.max(1, query.limit ?? 100));
  const after = query.after ?? 0;
  const step = query.newest === true ? -1 : 1;
  const count = index.count();
  let position = query.newest === true ? (after === 0 ? count - 1 : after - 2) : after;
  const entries: ListedEntry[] = [];
  const isInside = (): boolean => position >= 0 && position < count;
  for (; isInside() && entries.length < limit; position += step) {
    if (!index.mayMatch(position, query)) continue;
    const entry = readEntry(file, index, position);
    if (query.to && entry.to !== query.to) continue;
    if (!query.connections || query.connections.has(entry.connectionId)) entries.push(entry);
  }
  return { entries, next: isInside() ? (entries.at(-1)?.seq ?? null) : null };
}

function readEntry(file: LedgerFile, index: LedgerIndex, position: number): ListedEntry {
  const { offset, length } = index.place(position);
  const { t: _type, ...entry } = JSON.parse(file.read(offset, length)) as LedgerEntry & { readonly t: string };
  const receipts = entry.receipts.map((receipt, at) => ({
    ...receipt,
    acknowledged: index.isAcknowledged(entry.seq, at),
  }));
  return { ...entry, receipts };
}
