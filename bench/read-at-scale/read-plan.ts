/** The part of EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) that is read here. Rows are means of one loop; buffers include those below. */
export type PlanNode = {
  readonly "Node Type": string;
  readonly "Relation Name"?: string;
  readonly "Index Name"?: string;
  readonly "Actual Rows"?: number;
  readonly "Actual Loops"?: number;
  readonly "Rows Removed by Filter"?: number;
  readonly "Rows Removed by Index Recheck"?: number;
  readonly "Shared Hit Blocks"?: number;
  readonly "Shared Read Blocks"?: number;
  readonly Plans?: readonly PlanNode[];
};

export type PlanCost = {
  /** Looked at in tables and indexes, those that a filter threw away included. */
  readonly rows: number;
  readonly pages: number;
  readonly indexes: readonly string[];
  /** Large tables that were read from end to end. */
  readonly scannedWhole: readonly string[];
};

export type Relation = {
  /** What it is a partition of, else itself. */ readonly root: string;
  readonly isLarge: boolean;
};

/** A table is also scanned where the first row will do ("is there any?"): that ends at once, and is no fault. */
const FEW_ROWS = 100;

/** @param relationOf by a table's or an index's own name */
export function readPlan(plan: PlanNode, relationOf: (name: string) => Relation): PlanCost {
  const indexes = new Set<string>();
  const scannedWhole = new Set<string>();
  let rows = 0;
  const visit = (node: PlanNode): void => {
    const loops = node["Actual Loops"] ?? 0;
    const table = node["Relation Name"];
    const index = node["Index Name"];
    // Parts of a plan that the values ruled out never ran.
    if (loops > 0 && index !== undefined) indexes.add(relationOf(index).root);
    if (loops > 0 && table !== undefined) {
      const thrownAway = (node["Rows Removed by Filter"] ?? 0) + (node["Rows Removed by Index Recheck"] ?? 0);
      const looked = ((node["Actual Rows"] ?? 0) + thrownAway) * loops;
      rows += looked;
      const { root, isLarge } = relationOf(table);
      if (node["Node Type"] === "Seq Scan" && isLarge && looked > FEW_ROWS) scannedWhole.add(root);
    }
    for (const child of node.Plans ?? []) visit(child);
  };
  visit(plan);
  const pages = (plan["Shared Hit Blocks"] ?? 0) + (plan["Shared Read Blocks"] ?? 0);
  return { rows: Math.round(rows), pages, indexes: [...indexes], scannedWhole: [...scannedWhole] };
}
