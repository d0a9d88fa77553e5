import { appendFileSync, readFileSync } from "node:fs";
import { afterEach, expect, test } from "vitest";
import { temporaryDirectory } from "../testing/temporary-directory";
import type { LedgerEntry } from "./ledger-entry";
import { openLedger, type Ledger } from "./open-ledger";

const directories: { remove(): void }[] = [];
afterEach(() => {
  for (const directory of directories.splice(0)) directory.remove();
});
const freshPath = (): string => {
  const directory = temporaryDirectory();
  directories.push(directory);
  return directory.path;
};
const entry = (index: number): Omit<LedgerEntry, "seq"> => ({
  channel: index % 2 === 0 ? "sms" : "whatsapp",
  connectionId: "c",
  carrierId: `id-${index}`,
  receiptId: `id-${index}`,
  to: `+3749900${String(index % 10).padStart(4, "0")}`,
  from: null,
  reference: `ref-${index}`,
  text: "Բարև \n<b>",
  part: null,
  atMs: 1_760_000_000_000 + index,
  scenario: "delivered",
  receipts: [
    { kind: "sent", code: null, dueMs: 1 },
    { kind: "delivered", code: null, dueMs: 2 },
  ],
});
const fill = (ledger: Ledger, count: number): void => {
  for (let index = 0; index < count; index += 1) ledger.append(entry(index));
};
const seqs = (entries: readonly { readonly seq: number }[]): number[] => entries.map((item) => item.seq);

test("pages follow each other without gap or repetition, in both directions and through filters", () => {
  const ledger = openLedger(freshPath());
  fill(ledger, 25);
  const walk = (query: Parameters<Ledger["list"]>[0]): number[] => {
    const found: number[] = [];
    for (let after: number | null = 0; after !== null;) {
      const page = ledger.list({ ...query, limit: 4, after });
      found.push(...seqs(page.entries));
      after = page.next;
    }
    return found;
  };
  const all = Array.from({ length: 25 }, (_, index) => index + 1);
  expect(walk({})).toEqual(all);
  expect(walk({ newest: true })).toEqual([...all].reverse());
  expect(walk({ channel: "sms" })).toEqual(all.filter((seq) => seq % 2 === 1));
  expect(walk({ to: "+37499000003" })).toEqual([4, 14, 24]);
  ledger.close();
});

test("a restart finds all that was taken, and what is still to be told", () => {
  const path = freshPath();
  const first = openLedger(path);
  fill(first, 3);
  first.acknowledge(1, 0, 5);
  first.acknowledge(1, 0, 5);
  first.acknowledge(2, 0, 5);
  first.acknowledge(2, 1, 5);
  const before = { summary: first.summary(), page: first.list({}), generation: first.generation() };
  first.close();
  const second = openLedger(path);
  expect({ summary: second.summary(), page: second.list({}), generation: second.generation() }).toEqual(before);
  expect(before.summary.receipts).toEqual({ planned: 6, acknowledged: 3 });
  expect(second.takePending().map(({ entry: { seq }, open }) => ({ seq, open }))).toEqual([
    { seq: 1, open: [1] },
    { seq: 3, open: [0, 1] },
  ]);
  second.close();
});

test("a line torn by a crash is dropped and writing goes on behind the last whole one", () => {
  const path = freshPath();
  const first = openLedger(path);
  fill(first, 2);
  first.close();
  appendFileSync(`${path}/ledger.ndjson`, '{"t":"submit","seq":3,"chan');
  const second = openLedger(path);
  expect(second.count()).toBe(2);
  second.append(entry(2));
  expect(seqs(second.list({}).entries)).toEqual([1, 2, 3]);
  second.close();
  for (const line of readFileSync(`${path}/ledger.ndjson`, "utf8").trimEnd().split("\n")) JSON.parse(line);
});

test("what is appended is in the file when written() resolves", async () => {
  const path = freshPath();
  const ledger = openLedger(path);
  fill(ledger, 1);
  await ledger.written();
  expect(readFileSync(`${path}/ledger.ndjson`, "utf8")).toContain('"reference":"ref-0"');
  ledger.close();
});

test("a reset empties file and index and begins a new generation of ids", () => {
  const path = freshPath();
  const ledger = openLedger(path);
  fill(ledger, 5);
  ledger.reset();
  expect(ledger.list({}).entries).toEqual([]);
  ledger.append(entry(7));
  expect(ledger.list({}).entries).toMatchObject([{ seq: 1, reference: "ref-7" }]);
  ledger.close();
  expect(openLedger(path).count()).toBe(1);
});
