import type pg from "pg";
import type { InboundMessage } from "@/lib/carriers/connector";
import { mayNameSender, readConsentWish, type ConsentWish } from "@/lib/domain/dispatch/stop-words";
import { normalisePhone, phoneCountryOf } from "@/lib/domain/phone/normalise-phone";
import { CHANNEL_CODE, type Channel } from "@/lib/domain/vocabulary";
import type { Sql } from "../db/pool";
import { runTransaction } from "./run-transaction";
import { insertSuppressions, suppress, takePermissionLock, type Suppression } from "./suppress";

export type From = { readonly id: string; readonly accountId: string; readonly channel: Channel };

/** A message that says whether its writer wants to be written to. */
type Said = {
  readonly wish: ConsentWish;
  readonly e164: string;
  readonly text: string;
  readonly message: InboundMessage;
};

/** Characters of what they wrote, or of the carrier's id of it. */
const MAX_KEPT = 512;

/** What each wish ends, on every channel: one suppression a category. */
const ENDS = { stop: ["marketing"], stop_all: ["marketing", "utility"], start: [] } as const;

/**
 * What people write to us. "STOP" ends advertising on every channel, "STOP ALL" order updates too; codes they ask for themselves still
 * come. "START" is kept as a wish and lifts nothing: a person of the desk does, with a reason. Anything else is not ours to keep yet.
 *
 * Once it has returned, nothing more is sent to whoever said no.
 *
 * @returns who has opted out of advertising just now and did not before: {@link confirmOptOuts} may tell them so
 */
export async function receiveInbound(
  pool: pg.Pool,
  from: From,
  messages: readonly InboundMessage[],
): Promise<readonly string[]> {
  const said = await readWishes(pool, from, messages);
  if (said.length === 0) return [];
  const { accountId } = from;
  const no = said.filter(({ wish }) => wish !== "start");
  return runTransaction(pool, async (sql) => {
    if (no.length > 0) await takePermissionLock(sql, accountId);
    await insertConsentEvents(sql, from, said);
    const fresh = await insertSuppressions(
      sql,
      accountId,
      no.flatMap((one) => suppressionsOf(from, one)),
    );
    // Whoever wants no order updates either is left in peace: the confirmation would be one.
    return no.flatMap(({ wish, e164 }) => (wish === "stop" && fresh.has(e164) ? [e164] : []));
  });
}

async function readWishes(sql: Sql, from: From, messages: readonly InboundMessage[]): Promise<readonly Said[]> {
  const candidates = messages.filter((message) =>
    textsOf(message).some((text) => readConsentWish(text) !== null || mayNameSender(text)),
  );
  if (candidates.length === 0) return [];
  const { rows } = await sql.query(
    `SELECT a.name, a.default_country, c.name AS connection FROM account a
     LEFT JOIN connection c ON c.account_id = a.id AND c.id = $2 WHERE a.id = $1`,
    [from.accountId, from.id],
  );
  const { name = "", connection = "", default_country: country = "" } = rows[0] ?? {};
  return candidates.flatMap((message): Said[] => {
    const senders = [String(name), String(connection ?? "")];
    const wish =
      textsOf(message)
        .map((text) => readConsentWish(text, senders))
        .find((one) => one !== null) ?? null;
    const e164 = toE164(message.from, String(country));
    if (wish === null || e164 === null) return [];
    return [{ wish, e164, text: toPlainText(message.text), message }];
  });
}

function textsOf({ text, payload }: InboundMessage): readonly string[] {
  return payload === undefined ? [text] : [text, payload];
}

/** PostgreSQL takes neither NUL nor half a surrogate pair, and nobody reads the rest. */
function toPlainText(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cs}]/gu, " ")
    .trim()
    .slice(0, MAX_KEPT);
}

/** With or without the plus sign, and as some SMS centres write their own country's. Null: a short code, or a name. */
function toE164(number: string, defaultCountry: string): string | null {
  const digits = number.replace(/\D/g, "");
  const written = number.startsWith("+") ? number : `+${digits}`;
  const country = phoneCountryOf(defaultCountry);
  for (const form of [written, digits]) {
    const phone = normalisePhone(form, country);
    if (phone.ok) return phone.e164;
  }
  return /^\+[1-9]\d{6,14}$/.test(written) ? written : null;
}

function suppressionsOf({ channel, id }: From, { wish, e164, text, message }: Said): readonly Suppression[] {
  return ENDS[wish].map((category) => ({
    ...{ e164, channel: null, category, reason: "stop" as const },
    evidence: {
      ...{ text, channel, connectionId: id },
      carrierId: message.carrierId === "" ? null : toPlainText(message.carrierId),
      carrierTime: message.carrierTimeMs === null ? null : toTime(message.carrierTimeMs),
    },
  }));
}

/** Null: no time that a calendar has. */
function toTime(ms: number): string | null {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

async function insertConsentEvents(sql: Sql, from: From, said: readonly Said[]): Promise<void> {
  const records = said.map(({ wish, e164, text, message }) => ({
    ...{ wish, e164, text, carrier_id: toPlainText(message.carrierId) },
    carrier_at: message.carrierTimeMs === null ? null : toTime(message.carrierTimeMs),
  }));
  await sql.query(
    `INSERT INTO consent_event (account_id, connection_id, channel, e164, wish, text, carrier_id, carrier_at, received_at)
     SELECT $1, $2, $3, e164, wish, text, carrier_id, carrier_at, now()
     FROM jsonb_to_recordset($4::jsonb) AS x(e164 text, wish text, text text, carrier_id text, carrier_at timestamptz)
     ON CONFLICT DO NOTHING`,
    [from.accountId, from.id, CHANNEL_CODE[from.channel], JSON.stringify(records)],
  );
}

/** Pressed in WhatsApp's own menu; "resume" lifts what was pressed there, and nothing else. */
export async function receivePreference(
  pool: pg.Pool,
  from: From,
  preference: { readonly from: string; readonly wantsMarketing: boolean },
): Promise<void> {
  const e164 = toE164(preference.from, "");
  if (e164 === null) return;
  if (!preference.wantsMarketing) {
    const evidence = { channel: from.channel, connectionId: from.id, code: "user_preferences" };
    return suppress(pool, from.accountId, [
      { e164, channel: null, category: "marketing", reason: "carrier_opt_out", evidence },
    ]);
  }
  await pool.query(
    `UPDATE suppression SET lifted_at = now(), lifted_reason = 'user_preferences'
     WHERE account_id = $1 AND e164 = $2 AND reason = 'carrier_opt_out' AND category = 'marketing' AND lifted_at IS NULL`,
    [from.accountId, e164],
  );
}
