import { ROUTES, type Category, type FallbackMode, type RouteKey } from "@/lib/domain/vocabulary";
import type { ModelWorld } from "./protocol-model.fixture";

export type PictureMessage = {
  readonly id: string;
  readonly e164: string;
  readonly campaign: boolean;
  readonly category: Category;
  readonly route: RouteKey;
  readonly mode: FallbackMode;
};
export type PictureAttempt = {
  readonly id: string;
  readonly step: number;
  readonly try: number;
  readonly status: number;
  readonly parts: number;
  readonly hasOutcome: boolean;
};
export type PictureBlock = {
  readonly id: string;
  readonly step: number;
  readonly try: number;
  readonly state: number;
  readonly cursor: number;
  readonly members: readonly string[];
  readonly inFlight: readonly string[];
};

/** All that the database says of one account at one moment. */
export type Picture = {
  readonly campaignStatus: string;
  readonly isOn: boolean;
  readonly messages: readonly PictureMessage[];
  readonly attempts: readonly PictureAttempt[];
  readonly decisions: readonly {
    readonly id: string;
    readonly step: number;
    readonly allowed: boolean;
    readonly trigger: string;
  }[];
  readonly skipped: readonly { readonly id: string; readonly step: number; readonly reason: string }[];
  readonly blocks: readonly PictureBlock[];
  readonly timers: readonly { readonly step: number; readonly members: readonly string[] }[];
  readonly receipts: readonly {
    readonly id: string;
    readonly step: number;
    readonly try: number;
    readonly kind: "accepted" | "sent" | "delivered" | "read" | "failed" | "expired";
    readonly part: number;
    readonly at: number;
    readonly code: string | null;
    readonly connection: string;
  }[];
  readonly orphans: readonly { readonly account: string; readonly kind: string; readonly at: number }[];
};

const list = (rows: string): string => `(SELECT coalesce(json_agg(x), '[]') FROM (${rows}) x)`;

const PICTURE = `
  SELECT (SELECT status FROM campaign WHERE account_id = $2 AND id = $3) AS "campaignStatus",
    (SELECT sms_fallback_enabled FROM account WHERE id = $2) AS "isOn",
    ${list(`SELECT m.id::text, m.e164, m.campaign_id IS NOT NULL AS campaign, coalesce(m.category, c.category) AS category,
              coalesce(m.route, c.route) AS route, coalesce(m.fallback_mode, c.fallback_mode) AS mode
            FROM message m LEFT JOIN campaign c ON c.account_id = m.account_id AND c.id = m.campaign_id
            WHERE m.shard = $1 AND m.account_id = $2 ORDER BY m.id`)} AS messages,
    ${list(`SELECT message_id::text AS id, step, try, status, parts, outcome_at IS NOT NULL AS "hasOutcome" FROM attempt
            WHERE shard = $1 AND account_id = $2 ORDER BY message_id, step, try`)} AS attempts,
    ${list(`SELECT message_id::text AS id, step, allowed, trigger FROM fallback_decision
            WHERE shard = $1 AND account_id = $2`)} AS decisions,
    ${list(`SELECT message_id::text AS id, step, reason FROM skipped_send WHERE shard = $1 AND account_id = $2`)} AS skipped,
    ${list(`SELECT id::text, step, try, state, cursor,
              coalesce(members, ARRAY(SELECT generate_series(first_id, first_id + size - 1)))::text[] AS members,
              in_flight::text[] AS "inFlight" FROM block WHERE shard = $1 AND account_id = $2`)} AS blocks,
    ${list(`SELECT step, members::text[] FROM fallback_timer WHERE shard = $1 AND account_id = $2`)} AS timers,
    ${list(`SELECT message_id::text AS id, step, try, kind, part, round(extract(epoch FROM carrier_at) * 1000)::bigint AS at, code,
              connection_id AS connection FROM receipt WHERE shard = $1 AND account_id IN ($2, $4)`)} AS receipts,
    ${list(`SELECT account_id AS account, kind, round(extract(epoch FROM carrier_at) * 1000)::bigint AS at FROM orphan_receipt
            WHERE shard = $1 AND account_id IN ($2, $4)`)} AS orphans`;

export async function readPicture(world: ModelWorld): Promise<Picture> {
  const { shard, accountId, campaignId, foreignId } = world;
  const { rows } = await world.database.sql.query({
    name: "model-picture",
    text: PICTURE,
    values: [shard, accountId, campaignId, foreignId],
  });
  return rows[0] as Picture;
}

/** What has been committed at that moment and bears on whether anything may be sent or decided. */
export type Committed = {
  readonly campaignStatus: string;
  readonly isOn: boolean;
  /** "number category" */
  readonly suppressed: readonly string[];
  readonly delivered: readonly string[];
};

/** Over a connection of its own, so that nothing uncommitted is seen. */
export async function readCommitted(world: ModelWorld): Promise<Committed> {
  const { rows } = await world.database.sql.query({
    name: "model-committed",
    text: `SELECT (SELECT status FROM campaign WHERE account_id = $2 AND id = $3) AS "campaignStatus",
             (SELECT sms_fallback_enabled FROM account WHERE id = $2) AS "isOn",
             ARRAY(SELECT e164 || ' ' || category FROM suppression WHERE account_id = $2 AND lifted_at IS NULL) AS suppressed,
             ARRAY(SELECT message_id::text FROM attempt WHERE shard = $1 AND account_id = $2 AND status >= 70) AS delivered`,
    values: [world.shard, world.accountId, world.campaignId],
  });
  return rows[0] as Committed;
}

/** Whether permission stood for that message at that moment. */
export function isPermitted(message: PictureMessage, step: number, at: Committed): boolean {
  if (at.suppressed.includes(`${message.e164} ${message.category}`)) return false;
  if (message.campaign && at.campaignStatus !== "running" && at.campaignStatus !== "completed") return false;
  return step === 0 || message.mode === "on" || (message.mode === "inherit" && at.isOn);
}

export type Place = "queued" | "in_flight" | "waiting" | "terminal" | "unknown" | "missing";

/** Where a message stands: exactly one place, by rules told anew here and not taken from the product. */
export function placeOf(message: PictureMessage, picture: Picture): Place {
  const { id } = message;
  const isOver = message.campaign && picture.campaignStatus === "cancelled";
  const open = picture.blocks.filter(({ state }) => state === 0 || state === 1 || (state === 3 && !isOver));
  if (open.some((block) => block.inFlight.includes(id))) return "in_flight";
  if (open.some((block) => block.members.indexOf(id) >= block.cursor)) return "queued";
  const attempts = picture.attempts.filter((attempt) => attempt.id === id);
  if (attempts.some(({ status }) => status >= 70)) return "terminal";
  if (picture.timers.some(({ members }) => members.includes(id))) return "waiting";
  if (isOver) return "terminal";
  const last = [...attempts].sort((a, b) => b.step - a.step || b.try - a.try)[0];
  const isSkipped = picture.skipped.some((skip) => skip.id === id && skip.step >= (last?.step ?? 0));
  if (isSkipped) return "terminal";
  if (last === undefined) return "missing";
  const isDenied = picture.decisions.some(({ id: of, step, allowed }) => of === id && step === last.step && !allowed);
  if (last.step + 1 < ROUTES[message.route].length && !isDenied) return "missing";
  return last.status === 20 ? "unknown" : "terminal";
}
