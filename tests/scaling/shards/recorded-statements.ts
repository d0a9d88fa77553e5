import pg from "pg";

/** A statement as it ran, and the values of some of its runs. */
export type Statement = { readonly text: string; readonly runs: readonly (readonly unknown[])[] };

/** Enough for each branch that depends on values, such as an empty list. */
const RUNS_KEPT = 12;

type Query = (this: pg.Client, ...args: unknown[]) => unknown;

export type Recorder = {
  statements(): readonly Statement[];
  /** The test's own statements, which are nobody's hot path. */
  without<T>(work: () => Promise<T>): Promise<T>;
  stop(): void;
};

/** Everything that this process sends to PostgreSQL from now on, whoever sends it: pools, clients and Prisma all end here. */
export function recordStatements(): Recorder {
  const seen = new Map<string, (readonly unknown[])[]>();
  let recording = true;
  const prototype = pg.Client.prototype as unknown as { query: Query };
  const original = prototype.query;
  prototype.query = function record(...args) {
    if (recording) note(seen, args[0], args[1]);
    return original.apply(this, args);
  };
  return {
    statements: () => [...seen].map(([text, runs]) => ({ text, runs })),
    async without(work) {
      recording = false;
      try {
        return await work();
      } finally {
        recording = true;
      }
    },
    stop() {
      prototype.query = original;
    },
  };
}

function note(seen: Map<string, (readonly unknown[])[]>, query: unknown, values: unknown): void {
  const config = typeof query === "string" ? { text: query, values } : (query as { text?: unknown; values?: unknown });
  if (typeof config.text !== "string") return;
  const given = Array.isArray(config.values) ? config.values : Array.isArray(values) ? values : [];
  const runs = seen.get(config.text) ?? [];
  if (runs.length < RUNS_KEPT) runs.push([...given]);
  seen.set(config.text, runs);
}
