import { connectionDetails, type ConnectionDetails } from "@/lib/schemas/connection";
import type { Channel } from "@/lib/domain/vocabulary";
import type { Sql } from "../db/pool";
import { channelOfCode } from "../dispatch/attempt-rows";
import { restOf, type Rest } from "./open-breaker";
import { unseal } from "../secrets/seal";
import { connectionAssociatedData } from "./save-connection";

export type StoredConnection = {
  readonly id: string;
  readonly accountId: string;
  /** Of the account: where its dispatch rows live. */
  readonly shard: number;
  readonly channel: Channel;
  readonly name: string;
  readonly ratePerSecond: number;
  /** Which numbers it serves, and its place among those that do; see lib/domain/routing. */
  readonly prefixes: readonly string[];
  readonly priority: number;
  readonly createdAtMs: number;
  /** Null: it does not rest. One whose time is over is half open: see {@link takeTrial}. */
  readonly rest: Rest | null;
  /** The secret part of its webhook's address. */
  readonly webhookToken: string;
  readonly details: ConnectionDetails;
  /** Changes whenever the connector must be made anew. */
  readonly fingerprint: string;
};

const SELECT = `SELECT c.id, c.account_id, c.kind, c.channel, c.name, c.config, c.secrets, c.rate_per_second, c.breaker_until,
    c.webhook_token, c.prefixes, c.priority, c.created_at, c.breaker_reason, c.breaker_since, a.shard FROM connection c JOIN account a ON a.id = c.account_id`;

/** Every active connection of every account, oldest first. One that cannot be read is left out and reported. */
export async function loadActiveConnections(
  sql: Sql,
  onUnreadable: (connectionId: string, error: unknown) => void,
): Promise<StoredConnection[]> {
  const { rows } = await sql.query(`${SELECT} WHERE c.status = 'active' ORDER BY c.created_at, c.id`);
  return rows.flatMap((row) => {
    try {
      return [toConnection(row)];
    } catch (error) {
      onUnreadable(String(row.id), error);
      return [];
    }
  });
}

/** By the secret part of its webhook's address; a paused connection still takes receipts of what it sent. Null: unknown. */
export async function findConnectionByToken(sql: Sql, token: string): Promise<StoredConnection | null> {
  const { rows } = await sql.query(`${SELECT} WHERE c.webhook_token = $1`, [token]);
  return rows[0] === undefined ? null : toConnection(rows[0]);
}

function toConnection(row: Record<string, unknown>): StoredConnection {
  const [id, accountId] = [String(row.id), String(row.account_id)];
  const secrets = unseal(row.secrets as Uint8Array, connectionAssociatedData(accountId, id));
  const details = connectionDetails.parse({ kind: row.kind, config: row.config, secrets: JSON.parse(secrets) });
  return {
    id,
    accountId,
    shard: Number(row.shard),
    channel: channelOfCode(Number(row.channel)),
    name: String(row.name),
    ratePerSecond: Number(row.rate_per_second),
    prefixes: row.prefixes as string[],
    priority: Number(row.priority),
    createdAtMs: (row.created_at as Date).getTime(),
    rest: restOf(row),
    webhookToken: String(row.webhook_token),
    details,
    fingerprint: JSON.stringify([details, details.kind === "smpp" ? row.rate_per_second : 0]),
  };
}
