import { pool } from "../db/pool";
import { pendingMigrations } from "../db/pending-migrations";
import { within } from "../within";
import { readIntake } from "./receipts/beat-intake";
import { findPartitionGaps } from "./upkeep/keep-partitions";

export type Readiness = {
  /** `degraded`: pages work, but something of sending does not. */
  readonly status: "ok" | "degraded" | "down";
  readonly database: boolean;
  /** This version expects more than the database has: pages that need it fail. Null: not known. */
  readonly migrationsPending: number | null;
  /** Channels whose receipts are taken in at this moment. */
  readonly receipts: readonly string[];
  /** Blocks whose worker is gone and that nobody has taken over: is a worker running? */
  readonly deadLeases: number | null;
  readonly orphanReceipts: number | null;
  /** Tables without a partition for today or tomorrow: nothing can be planned; a running worker mends it in seconds. */
  readonly partitionGaps: number | null;
};

/** Shorter than a load balancer's own patience: an answer that says "down" beats none. */
const ANSWER_WITHIN_MS = 3_000;

/** Carries no numbers of any account: it is open to whoever can reach it. */
export async function checkReadiness(): Promise<Readiness> {
  try {
    return await within(ANSWER_WITHIN_MS, readReadiness());
  } catch {
    return {
      ...{ status: "down", database: false, migrationsPending: null, receipts: [] },
      ...{ deadLeases: null, orphanReceipts: null, partitionGaps: null },
    };
  }
}

async function readReadiness(): Promise<Readiness> {
  const [intake, pending] = await Promise.all([readIntake(pool()), pendingMigrations(pool())]);
  // Before its migration has been applied there is nothing to ask.
  const gaps = pending.length > 0 ? [] : await findPartitionGaps(pool(), Date.now());
  const { rows } = await pool().query(
    `SELECT (SELECT count(*) FROM block WHERE state = 1 AND lease_until < now() - interval '10 seconds')::integer AS dead,
       (SELECT count(*) FROM (SELECT 1 FROM orphan_receipt LIMIT 10000) o)::integer AS orphans`,
  );
  const deadLeases = Number(rows[0]?.dead ?? 0);
  const receipts = [...intake.keys()];
  const ok = deadLeases === 0 && receipts.includes("whatsapp") && pending.length === 0 && gaps.length === 0;
  return {
    ...{ status: ok ? "ok" : "degraded", database: true, migrationsPending: pending.length, receipts, deadLeases },
    orphanReceipts: Number(rows[0]?.orphans),
    partitionGaps: gaps.length,
  };
}
