import type pg from "pg";
import { parseReference, type AttemptKey } from "@/lib/domain/dispatch/attempt-reference";
import type { Sql } from "../../db/pool";
import { noteReceipts } from "../../metrics/note-receipts";
import { failpoint } from "../failpoint";
import { runTransaction } from "../run-transaction";
import { takePermissionLock } from "../suppress";
import { foldReceipts, isRefusalByPerson, suppressByReceipts, type ResolvedReceipt } from "./fold-receipts";
import type { IncomingReceipt } from "./incoming-receipt";

export type AppliedReceipts = { readonly applied: number; readonly orphaned: number };

/**
 * Stores receipts of one shard, in one transaction; once it has returned they are kept for good. Each is bound to its attempt or put
 * into the orphan inbox, from where it is matched as soon as the outcome of its send is stored.
 */
export async function applyReceipts(
  pool: pg.Pool,
  shard: number,
  receipts: readonly IncomingReceipt[],
  nowMs: number,
): Promise<AppliedReceipts> {
  if (receipts.length === 0) return { applied: 0, orphaned: 0 };
  const { known, ...result } = await runTransaction(pool, async (sql) => {
    const saidNo = new Set(receipts.filter(isRefusalByPerson).map((receipt) => receipt.accountId));
    for (const accountId of [...saidNo].sort()) await takePermissionLock(sql, accountId);
    const { resolved, unmatched } = await resolve(sql, shard, receipts);
    const foreign = await foldReceipts(sql, shard, resolved, nowMs);
    await suppressByReceipts(sql, shard, resolved);
    const orphans = [...unmatched, ...foreign];
    await keepOrphans(sql, shard, orphans);
    failpoint("receipts.before");
    return { applied: receipts.length - orphans.length, orphaned: orphans.length, known: resolved };
  });
  failpoint("receipts.after");
  noteReceipts(receipts, known);
  return result;
}

type Resolution = { readonly resolved: ResolvedReceipt[]; readonly unmatched: IncomingReceipt[] };

/** By our own reference where the carrier echoes it, else by the carrier's id. */
async function resolve(sql: Sql, shard: number, receipts: readonly IncomingReceipt[]): Promise<Resolution> {
  const resolved: ResolvedReceipt[] = [];
  const byCarrierId: IncomingReceipt[] = [];
  for (const receipt of receipts) {
    const key = parseReference(receipt.reference);
    if (key !== null && key.shard === shard) resolved.push({ key, part: 0, receipt });
    else byCarrierId.push(receipt);
  }
  const refs = await findCarrierRefs(sql, shard, byCarrierId);
  const unmatched: IncomingReceipt[] = [];
  for (const receipt of byCarrierId) {
    const ref = refs.get(`${receipt.connectionId}|${receipt.carrierId}`);
    if (ref === undefined) unmatched.push(receipt);
    else resolved.push({ ...ref, receipt });
  }
  return { resolved, unmatched };
}

async function findCarrierRefs(
  sql: Sql,
  shard: number,
  receipts: readonly IncomingReceipt[],
): Promise<Map<string, { readonly key: AttemptKey; readonly part: number }>> {
  if (receipts.length === 0) return new Map();
  const { rows } = await sql.query({
    name: "find-carrier-refs",
    text: `SELECT r.connection_id, r.carrier_id, r.message_id, r.step, r.try, r.part
           FROM unnest($2::uuid[], $3::text[]) AS x(connection_id, carrier_id)
           JOIN carrier_ref r ON r.shard = $1 AND r.connection_id = x.connection_id AND r.carrier_id = x.carrier_id
           ORDER BY r.message_id`,
    values: [shard, receipts.map((receipt) => receipt.connectionId), receipts.map((receipt) => receipt.carrierId)],
  });
  // A carrier that starts its numbers anew may repeat an id: the newest message is meant.
  return new Map(
    rows.map((row) => [
      `${row.connection_id}|${row.carrier_id}`,
      {
        key: { shard, messageId: String(row.message_id), step: Number(row.step), try: Number(row.try) },
        part: Number(row.part),
      },
    ]),
  );
}

async function keepOrphans(sql: Sql, shard: number, orphans: readonly IncomingReceipt[]): Promise<void> {
  if (orphans.length === 0) return;
  const records = orphans.map((receipt) => ({
    account_id: receipt.accountId,
    connection_id: receipt.connectionId,
    carrier_id: receipt.carrierId,
    kind: receipt.kind,
    carrier_at: receipt.carrierTimeMs ?? 0,
    code: receipt.code,
    received_at: Math.round(receipt.receivedAtMs),
    raw: receipt.raw,
  }));
  await sql.query(
    `INSERT INTO orphan_receipt (shard, account_id, connection_id, carrier_id, kind, carrier_at, code, received_at, raw)
     SELECT $1, account_id, connection_id, carrier_id, kind, to_timestamp(carrier_at / 1000.0), code,
       to_timestamp(received_at / 1000.0), raw
     FROM jsonb_to_recordset($2::jsonb) AS x(account_id uuid, connection_id uuid, carrier_id text, kind text, carrier_at bigint,
       code text, received_at bigint, raw text)
     ON CONFLICT DO NOTHING`,
    [shard, JSON.stringify(records)],
  );
}
