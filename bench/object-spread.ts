/**
 * What an object costs to make, by how it is written (see scripts/spread-by-assignment.mjs): nanoseconds, and how many times the
 * literal that says every property. `node --import tsx bench/object-spread.ts`
 */
const ROUNDS = 1_000_000;

type Source = Readonly<Record<"kind" | "carrierId" | "reference" | "raw", string>> & {
  readonly code: string | null;
  readonly atMs: number;
  readonly part: number;
  readonly parts: number;
};
type Made = { readonly carrierId: string; readonly shard: number };

const sources = Array.from({ length: 1_000 }, (_, i): Source => ({
  kind: "delivered",
  carrierId: `wamid.${String(i)}`,
  reference: `r${String(i)}`,
  raw: "x",
  code: null,
  atMs: i,
  part: 1,
  parts: 1,
}));

const WAYS: Readonly<Record<string, (from: Source, shard: number) => Made>> = {
  "every property said": (from, shard) => ({
    kind: from.kind,
    carrierId: from.carrierId,
    reference: from.reference,
    raw: from.raw,
    code: "1",
    atMs: from.atMs,
    part: from.part,
    parts: from.parts,
    shard,
  }),
  "{ shard, ...from }": (from, shard) => ({ shard, ...from }),
  "{ ...from, shard }": (from, shard) => ({ ...from, shard }),
  "{ ...from, code, shard }": (from, shard) => ({ ...from, code: "1", shard }),
  "Object.assign({}, from, { code, shard })": (from, shard) => Object.assign({}, from, { code: "1", shard }),
};

/** Nanoseconds for one object, once the function is compiled. */
function measure(way: (from: Source, shard: number) => Made): number {
  let used = 0;
  let nanoseconds = 0;
  for (const isWarm of [false, true]) {
    const start = process.hrtime.bigint();
    for (let i = 0; i < ROUNDS; i++) {
      const made = way(sources[i % sources.length] as Source, i);
      used += made.carrierId.length + made.shard;
    }
    if (isWarm) nanoseconds = Number(process.hrtime.bigint() - start) / ROUNDS;
  }
  if (used === 0) throw new Error("Nothing was made.");
  return nanoseconds;
}

const found = Object.entries(WAYS).map(([name, way]) => ({ name, ns: measure(way) }));
const least = found[0]?.ns ?? Number.NaN;
for (const { name, ns } of found) {
  process.stdout.write(`${name.padEnd(42)}${ns.toFixed(0).padStart(6)} ns${(ns / least).toFixed(0).padStart(5)}x\n`);
}
