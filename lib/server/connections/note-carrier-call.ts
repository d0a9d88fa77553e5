import type { CarrierCalls } from "@/lib/schemas/connection-form";
import type { Sql } from "../db/pool";
import { logger } from "../logger";

type ConnectionKey = { readonly accountId: string; readonly id: string };
export type CarrierCallKind = "event" | "verified" | "refused";

/** A carrier calls hundreds of times a second, and whoever knows the address may knock as often. */
const NOTE_EVERY_MS = 3_000;

type Noted = { readonly atMs: number; refusedSince: number };
const held = globalThis as typeof globalThis & { kamurjCarrierCalls?: Map<string, Noted> };
const MAX_NOTED = 10_000;

/**
 * Remembers that the carrier called, for whoever wonders whether the webhook is registered. At most one write every few seconds a
 * connection, kind and process; calls refused in between are counted with the next one. Never delays nor fails the call itself.
 */
export function noteCarrierCall(sql: Sql, key: ConnectionKey, kind: CarrierCallKind): void {
  const noted = (held.kamurjCarrierCalls ??= new Map());
  const name = `${key.id}:${kind}`;
  const last = noted.get(name);
  if (last !== undefined && Date.now() - last.atMs < NOTE_EVERY_MS) {
    last.refusedSince += 1;
    return;
  }
  if (noted.size >= MAX_NOTED) noted.clear();
  noted.set(name, { atMs: Date.now(), refusedSince: 0 });
  writeCarrierCall(sql, key, kind, 1 + (last?.refusedSince ?? 0)).catch((err: unknown) =>
    logger().warn({ err, connectionId: key.id }, "a carrier's call could not be noted"),
  );
}

/** @param calls counted where they were refused */
export async function writeCarrierCall(
  sql: Sql,
  { accountId, id }: ConnectionKey,
  kind: CarrierCallKind,
  calls: number,
): Promise<void> {
  await sql.query(
    `INSERT INTO carrier_call AS c (account_id, connection_id, event_at, verified_at, refused_at, refused)
     VALUES ($1, $2, CASE $3 WHEN 'event' THEN now() END, CASE $3 WHEN 'verified' THEN now() END,
             CASE $3 WHEN 'refused' THEN now() END, CASE $3 WHEN 'refused' THEN $4::bigint ELSE 0 END)
     ON CONFLICT (account_id, connection_id) DO UPDATE SET
       event_at = coalesce(excluded.event_at, c.event_at), verified_at = coalesce(excluded.verified_at, c.verified_at),
       refused_at = coalesce(excluded.refused_at, c.refused_at), refused = c.refused + excluded.refused`,
    [accountId, id, kind, calls],
  );
}

export const NO_CALLS: CarrierCalls = { eventAt: null, verifiedAt: null, refusedAt: null, refused: 0 };

/** By connection of the account; one that is missing was never called. */
export async function readCarrierCalls(sql: Sql, accountId: string): Promise<ReadonlyMap<string, CarrierCalls>> {
  const { rows } = await sql.query(
    "SELECT connection_id, event_at, verified_at, refused_at, refused FROM carrier_call WHERE account_id = $1",
    [accountId],
  );
  const iso = (at: Date | null): string | null => at?.toISOString() ?? null;
  return new Map(
    rows.map((row) => [
      String(row.connection_id),
      {
        eventAt: iso(row.event_at),
        verifiedAt: iso(row.verified_at),
        refusedAt: iso(row.refused_at),
        refused: Number(row.refused),
      },
    ]),
  );
}
