import type pg from "pg";
import type { InboundMessage } from "@/lib/carriers/connector";
import { isStopWord } from "@/lib/domain/dispatch/stop-words";
import type { Channel } from "@/lib/domain/vocabulary";
import { suppress } from "./suppress";

type From = { readonly id: string; readonly accountId: string; readonly channel: Channel };

/**
 * What people write to us. "STOP" ends all marketing and order updates on every channel; codes they ask for themselves still come.
 * Anything else is not ours to keep yet.
 */
export async function receiveInbound(pool: pg.Pool, from: From, messages: readonly InboundMessage[]): Promise<void> {
  const stops = messages.filter((message) => isStopWord(message.text)).map((message) => toE164(message.from));
  const { channel, id } = from;
  await suppress(
    pool,
    from.accountId,
    stops.flatMap((e164) =>
      (["marketing", "utility"] as const).map((category) => ({
        ...{ e164, channel: null, category, reason: "stop" as const },
        evidence: { channel, connectionId: id },
      })),
    ),
  );
}

function toE164(number: string): string {
  return number.startsWith("+") ? number : `+${number.replace(/\D/g, "")}`;
}

/** Pressed in WhatsApp's own menu; "resume" lifts what was pressed there, and nothing else. */
export async function receivePreference(
  pool: pg.Pool,
  from: From,
  preference: { readonly from: string; readonly wantsMarketing: boolean },
): Promise<void> {
  const e164 = toE164(preference.from);
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
