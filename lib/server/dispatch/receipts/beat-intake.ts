import { CHANNEL_CODE, type Channel } from "@/lib/domain/vocabulary";
import type { Sql } from "../../db/pool";

/** A source that has not beaten for this long takes in nothing. */
export const INTAKE_FRESH_MS = 5_000;

export type IntakeBeat = {
  /** 'web:<host>' or 'smpp:<connection>'; the channel is appended, as one process may take in several. */
  readonly source: string;
  readonly channel: Channel;
  readonly lagMs: number;
  readonly backlog: number;
};

/** "Receipts of this channel can be taken in, and are that far behind." Fallback timers of a channel wait for it. */
export async function beatIntake(sql: Sql, beats: readonly IntakeBeat[]): Promise<void> {
  for (const beat of beats) {
    await sql.query(
      `INSERT INTO receipt_intake (source, channel, beat_at, lag_ms, backlog) VALUES ($1, $2, now(), $3, $4)
       ON CONFLICT (source) DO UPDATE SET beat_at = now(), lag_ms = excluded.lag_ms, backlog = excluded.backlog`,
      [`${beat.source}:${beat.channel}`, CHANNEL_CODE[beat.channel], beat.lagMs, beat.backlog],
    );
  }
}

export type IntakeState = { readonly lagMs: number; readonly backlog: number };

/** A web process takes in receipts of SMS over HTTP, whether or not anybody has such a line: then it says nothing about SMS. */
const SAYS_SOMETHING = `(source NOT LIKE 'web:%:sms' OR EXISTS (SELECT 1 FROM connection WHERE kind = 'http_sms' AND status = 'active'))`;

/** Of each channel whose receipts are being taken in at this moment, the worst lag. A channel that is missing is deaf. */
export async function readIntake(sql: Sql): Promise<ReadonlyMap<Channel, IntakeState>> {
  const { rows } = await sql.query(
    `SELECT channel, max(lag_ms) AS lag_ms, sum(backlog)::integer AS backlog FROM receipt_intake
     WHERE beat_at > now() - make_interval(secs => $1) AND ${SAYS_SOMETHING} GROUP BY channel`,
    [INTAKE_FRESH_MS / 1_000],
  );
  const states = new Map<Channel, IntakeState>();
  for (const [channel, code] of Object.entries(CHANNEL_CODE) as [Channel, number][]) {
    const row = rows.find((one) => Number(one.channel) === code);
    if (row !== undefined) states.set(channel, { lagMs: Number(row.lag_ms), backlog: Number(row.backlog) });
  }
  return states;
}
