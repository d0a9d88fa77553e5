import { describe, expect, it } from "vitest";
import { readPlan, type PlanNode } from "./read-plan";

const relationOf = (name: string) => ({ root: name.replace(/_2026_\d\d/, ""), isLarge: name.startsWith("message") });
const scan = (type: string, table: string, loops: number, more: Partial<PlanNode> = {}): PlanNode => ({
  ...{ "Node Type": type, "Relation Name": table, "Actual Rows": 3, "Actual Loops": loops },
  ...more,
});

describe("readPlan", () => {
  it("names a large table that is read from end to end, by the table that the partition is part of", () => {
    for (const found of [{ "Actual Rows": 1_000 }, { "Rows Removed by Filter": 1_000 }]) {
      const plan = { "Node Type": "Limit", Plans: [scan("Seq Scan", "message_2026_11", 1, found)] };
      expect(readPlan(plan, relationOf).scannedWhole).toEqual(["message"]);
    }
  });

  it("says nothing of a small table, of one look at a large one, of one that an index leads to, nor of what never ran", () => {
    const Plans = [
      scan("Seq Scan", "campaign", 1, { "Rows Removed by Filter": 1_000 }),
      scan("Seq Scan", "message_2026_10", 1, { "Actual Rows": 1 }),
      scan("Index Scan", "message_2026_11", 1, { "Index Name": "message_2026_11_pkey" }),
      scan("Seq Scan", "message_2026_12", 0),
    ];
    const cost = readPlan({ "Node Type": "Nested Loop", Plans }, relationOf);
    expect(cost).toMatchObject({ scannedWhole: [], indexes: ["message_pkey"], rows: 1_007 });
  });

  it("counts rows of every loop, thrown away or not, and pages once", () => {
    const inner = scan("Index Scan", "message_2026_11", 10, { "Rows Removed by Filter": 2, "Shared Hit Blocks": 40 });
    const plan = { "Node Type": "Limit", "Shared Hit Blocks": 40, "Shared Read Blocks": 2, Plans: [inner] };
    expect(readPlan(plan, relationOf)).toMatchObject({ rows: 50, pages: 42 });
  });
});
