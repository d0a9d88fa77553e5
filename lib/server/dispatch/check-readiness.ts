import { pool } from "../db/pool";
import { readIntake } from "./receipts/beat-intake";

export type Readiness = {
  /** `degraded`: pages work, but something of sending does not. */
  readonly status: "ok" | "degraded" | "down";
  readonly database: boolean;
  /** Channels whose receipts are taken in at this moment. */
  readonly receipts: readonly string[];
  /** Blocks whose worker is gone and that nobody has taken over: is a worker running? */
  readonly deadLeases: number | null;
  readonly orphanReceipts: number | null;
};

/** Carries no numbers of any account: it is open to whoever can reach it. */
export async function checkReadiness(): Promise<Readiness> {
  try {
    const intake = await readIntake(pool());
    const { rows } = await pool().query(
      `SELECT (SELECT count(*) FROM block WHERE state = 1 AND lease_until < now() - interval '10 seconds')::integer AS dead,
         (SELECT count(*) FROM (SELECT 1 FROM orphan_receipt LIMIT 10000) o)::integer AS orphans`,
    );
    const deadLeases = Number(rows[0]?.dead ?? 0);
    const receipts = [...intake.keys()];
    const ok = deadLeases === 0 && receipts.includes("whatsapp");
    return {
      status: ok ? "ok" : "degraded",
      database: true,
      receipts,
      deadLeases,
      orphanReceipts: Number(rows[0]?.orphans),
    };
  } catch {
    return { status: "down", database: false, receipts: [], deadLeases: null, orphanReceipts: null };
  }
}
