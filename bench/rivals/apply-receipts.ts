import { deflateRawSync } from "node:zlib";
import type pg from "pg";
import { parseReference } from "../../lib/domain/dispatch/attempt-reference";
import { inTransaction } from "../../lib/server/db/pool";
import { DELIVERED, FAILED, SHARD, type Life } from "./life";

/** What the carrier tells of one send; `reference` is ours where that carrier echoes it. */
export type Told = {
  readonly reference: string | null;
  readonly carrierId: string;
  readonly kind: "delivered" | "failed";
  readonly code: string | null;
  readonly raw: string;
};

/** As the product stores it. */
const TOLD_KIND = { delivered: 3, failed: 5 } as const;

/** Queues these messages for SMS, in the transaction that has stored the decision. */
type FallBack = (sql: pg.PoolClient, ids: readonly string[]) => Promise<void>;

/**
 * Evidence, the fold of it, and the decisions that follow from failures, in one statement for a micro-batch. Raw payloads are kept by the
 * batch and compressed, as the product keeps them. An SMS receipt is found by the carrier's id.
 */
const APPLY = `
  WITH page AS (
    INSERT INTO receipt_page (shard, id, payload) VALUES ($1, next_block_id($1::smallint), $2) RETURNING id),
  x AS (SELECT x.*, (place - 1)::smallint AS page_item
        FROM unnest($3::bigint[], $4::text[], $5::smallint[], $6::text[]) WITH ORDINALITY
          AS x(message_id, carrier_id, kind, code, place)),
  known AS (
    SELECT message_id, 0::smallint AS step, kind, code, page_item FROM x WHERE message_id IS NOT NULL
    UNION ALL
    SELECT r.message_id, r.step, x.kind, x.code, x.page_item
    FROM x JOIN carrier_ref r ON r.shard = $1 AND r.connection_id = $7 AND r.carrier_id = x.carrier_id
    WHERE x.message_id IS NULL),
  told AS (
    INSERT INTO receipt_evidence (shard, message_id, step, try, kind, part, carrier_at, received_at, page_id, page_item, code)
    SELECT $1, message_id, step, 0, kind, 0, date_trunc('second', now()), now(), page.id, page_item, code FROM known, page
    ON CONFLICT DO NOTHING RETURNING message_id, step, kind, code),
  folded AS (
    UPDATE attempt a SET
      status = CASE told.kind WHEN ${TOLD_KIND.delivered} THEN ${DELIVERED} ELSE ${FAILED} END,
      delivered_at = CASE told.kind WHEN ${TOLD_KIND.delivered} THEN now() END,
      failed_at = CASE told.kind WHEN ${TOLD_KIND.failed} THEN now() END,
      parts_delivered = (told.kind = ${TOLD_KIND.delivered})::integer, parts_failed = (told.kind = ${TOLD_KIND.failed})::integer,
      negative = told.kind = ${TOLD_KIND.failed}, error_code = told.code
    FROM told
    WHERE a.shard = $1 AND a.message_id = told.message_id AND a.step = told.step AND a.try = 0 AND a.status < ${DELIVERED}
    RETURNING a.message_id, a.step, told.kind, told.code)
  INSERT INTO fallback_decision (shard, message_id, step, account_id, campaign_id, allowed, trigger, error_code, policy_version,
    policy_source, due_at, decided_at)
  SELECT $1, message_id, step, $8, $9, true, 'failure', code, 1, 'campaign', now(), now()
  FROM folded WHERE kind = ${TOLD_KIND.failed} AND step = 0
  ON CONFLICT DO NOTHING RETURNING message_id`;

async function applyReceipts(life: Life, receipts: readonly Told[], fallBack: FallBack): Promise<void> {
  await inTransaction(life.pool, async (sql) => {
    const { rows } = await sql.query<{ message_id: string }>({
      name: "rival-receipts",
      text: APPLY,
      values: [
        ...[SHARD, deflateRawSync(JSON.stringify(receipts.map(({ raw }) => raw)))],
        receipts.map(({ reference }) => parseReference(reference)?.messageId ?? null),
        receipts.map(({ carrierId }) => carrierId),
        receipts.map(({ kind }) => TOLD_KIND[kind]),
        receipts.map(({ code }) => code),
        ...[life.connectionIds[1], life.accountId, life.campaignId],
      ],
    });
    if (rows.length === 0) return;
    await fallBack(
      sql,
      rows.map((row) => row.message_id),
    );
  });
}

export type Receipts = {
  readonly push: (told: readonly Told[]) => void;
  /** So many messages have been delivered by one channel or the other. */
  readonly delivered: () => number;
};

const MICRO_BATCH = 500;
const LINGER_MS = 10;

/** Applies what carriers tell in micro-batches of 500, two at once; fewer than that wait 10 ms for more. */
export function startReceipts(life: Life, fallBack: FallBack): Receipts {
  const waiting: Told[] = [];
  let delivered = 0;
  let running = 0;
  let lingering: NodeJS.Timeout | null = null;
  const pump = (least: number): void => {
    while (running < 2 && waiting.length >= least) {
      const batch = waiting.splice(0, MICRO_BATCH);
      running += 1;
      void applyReceipts(life, batch, fallBack).then(() => {
        running -= 1;
        delivered += batch.filter(({ kind }) => kind === "delivered").length;
        pump(MICRO_BATCH);
      });
    }
    if (waiting.length === 0) return;
    lingering ??= setTimeout(() => {
      lingering = null;
      pump(1);
    }, LINGER_MS);
  };
  return {
    push: (told) => {
      waiting.push(...told);
      pump(MICRO_BATCH);
    },
    delivered: () => delivered,
  };
}
