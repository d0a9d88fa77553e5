import type { BenchPart } from "./bench-row";

export type PartPlan = {
  readonly title: string;
  /** Script and arguments; the script prints its report (bench-row.ts) as its last line. */
  readonly command: readonly string[];
  readonly quickCommand: readonly string[];
  readonly limitMinutes: number;
};

/** Run one after the other, in this order, each in a process of its own. */
export const PARTS = {
  a: {
    title: "database side of a whole life",
    command: ["database-life.ts", "100000", "1000000", "--json"],
    quickCommand: ["database-life.ts", "10000", "40000", "--json"],
    limitMinutes: 20,
  },
  b: {
    title: "the same life on graphile-worker and pg-boss",
    command: ["compare-rivals.ts", "100000", "--json"],
    quickCommand: ["compare-rivals.ts", "10000", "--json"],
    limitMinutes: 15,
  },
  c: {
    title: "the full path with the sandbox over HTTP and SMPP",
    command: ["dispatch-life.ts", "--part", "c", "--json"],
    quickCommand: ["dispatch-life.ts", "--part", "c", "--quick", "--json"],
    limitMinutes: 20,
  },
  d: {
    title: "memory of the worker",
    command: ["dispatch-life.ts", "--part", "d", "--json"],
    quickCommand: ["dispatch-life.ts", "--part", "d", "--quick", "--json"],
    limitMinutes: 20,
  },
  e: {
    title: "a verification code while a campaign runs",
    command: ["verification-code.ts", "--json"],
    quickCommand: ["verification-code.ts", "--quick", "--json"],
    limitMinutes: 15,
  },
  f: {
    title: "Kannel over the same mock carrier",
    command: ["compare-kannel.ts", "20000", "--json"],
    quickCommand: ["compare-kannel.ts", "3000", "--json"],
    limitMinutes: 10,
  },
  g: {
    title: "webhooks: receipts again, and 500 a second while a campaign runs",
    command: ["webhooks.ts", "--json"],
    quickCommand: ["webhooks.ts", "--quick", "--json"],
    limitMinutes: 10,
  },
  h: {
    title: "one, two and four workers with a carrier that is far away",
    command: ["dispatch-life.ts", "--part", "h", "--json"],
    quickCommand: ["dispatch-life.ts", "--part", "h", "--quick", "--json"],
    limitMinutes: 10,
  },
} as const satisfies Record<BenchPart, PartPlan>;
