import { expiryOf, initialConfidence, isAboutCountry } from "@/lib/domain/reachability/unreachable-memory";
import { CHANNEL_CODE, type Channel } from "@/lib/domain/vocabulary";
import { textArray, plainArray } from "../db/array-literal";
import type { Sql } from "../db/pool";

/** A definite failure: what the carrier said of the number, and when we learnt it. */
export type Unreached = {
  readonly e164: string;
  readonly country: string;
  readonly channel: Channel;
  readonly code: string | null;
  readonly atMs: number;
};

/**
 * What a memory is of: the number, or, where the carrier spoke of the whole country, the country's two letters, which no number is.
 */
function memoryKey({ channel, code, e164, country }: Unreached): string {
  return isAboutCountry(channel, code) ? country : e164;
}

/**
 * Keeps which of these numbers the channel does not know; other failures say nothing of the number and cost nothing here. Called where
 * each definite failure is answered (timers/fire-timers.ts), in that transaction. In the order of the numbers, so that two never wait for
 * each other.
 */
export async function rememberUnreachable(sql: Sql, accountId: string, failed: readonly Unreached[]): Promise<void> {
  const known = new Map<string, Unreached>();
  for (const one of failed) {
    if (initialConfidence(one.channel, one.code) === 0) continue;
    const of = memoryKey(one);
    known.set(`${of} ${one.channel}`, { ...one, e164: of });
  }
  if (known.size === 0) return;
  const rows = [...known.values()].sort((a, b) => (a.e164 < b.e164 ? -1 : 1) || a.channel.localeCompare(b.channel));
  await sql.query({
    name: "remember-unreachable",
    text: `INSERT INTO reachability AS r (account_id, e164, channel, code, evidence_at, expires_at)
           SELECT $1, e164, channel, code, to_timestamp(at / 1000.0), to_timestamp(expiry / 1000.0)
           FROM unnest($2::text[], $3::smallint[], $4::text[], $5::bigint[], $6::bigint[]) AS x(e164, channel, code, at, expiry)
           ON CONFLICT (account_id, e164, channel) DO UPDATE SET code = excluded.code, evidence_at = excluded.evidence_at,
             expires_at = excluded.expires_at WHERE r.evidence_at < excluded.evidence_at`,
    values: [
      ...[accountId, textArray(rows.map(({ e164 }) => e164))],
      ...[plainArray(rows.map(({ channel }) => CHANNEL_CODE[channel])), textArray(rows.map(({ code }) => code))],
      plainArray(rows.map(({ atMs }) => Math.round(atMs))),
      plainArray(rows.map(({ channel, code, atMs }) => expiryOf(channel, code, Math.round(atMs)))),
    ],
  });
}
