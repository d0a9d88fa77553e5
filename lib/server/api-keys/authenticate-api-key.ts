import { AppError } from "@/lib/domain/app-error";
import { defaultDependencies, tenantContext, type ContextDependencies, type TenantContext } from "../tenant-context";
import { hashApiKey, isSameHash, readApiKeyPrefix } from "./api-key-format";

type Row = {
  account_id: string;
  id: string;
  name: string;
  secret_hash: string;
  revoked_at: Date | null;
  last_used_at: Date | null;
  shard: number;
};

const LAST_USED_STEP_MS = 60_000;

/**
 * The context of the program that sent `Authorization: Bearer <key>`.
 *
 * Missing, malformed, unknown and revoked keys get the same answer after the same work, so nothing is learnt from it.
 *
 * @throws AppError unauthenticated
 */
export async function authenticateApiKey(
  authorization: string | null,
  dependencies: ContextDependencies = defaultDependencies(),
): Promise<TenantContext> {
  const key = /^Bearer +(\S{1,200})$/i.exec(authorization ?? "")?.[1] ?? "";
  const prefix = readApiKeyPrefix(key);
  const row = prefix === null ? undefined : await findKey(dependencies, prefix);
  const matches = isSameHash(row?.secret_hash ?? hashApiKey(""), hashApiKey(key));
  if (row === undefined || !matches || row.revoked_at !== null) {
    throw new AppError("unauthenticated", "The API key is missing, unknown or revoked.");
  }
  await noteUse(dependencies, row);
  return tenantContext(
    { accountId: row.account_id, shard: row.shard, actor: { kind: "api_key", id: row.id, name: row.name } },
    dependencies,
  );
}

/** The one query that does not name an account: the key is what tells it. */
async function findKey({ sql }: ContextDependencies, prefix: string): Promise<Row | undefined> {
  const { rows } = await sql.query<Row>(
    `SELECT k.account_id, k.id, k.name, k.secret_hash, k.revoked_at, k.last_used_at, a.shard
       FROM api_key k JOIN account a ON a.id = k.account_id WHERE k.prefix = $1`,
    [prefix],
  );
  return rows[0];
}

/** At most one write a minute and key, whatever the traffic. */
async function noteUse({ sql, now }: ContextDependencies, row: Row): Promise<void> {
  const at = now();
  if (row.last_used_at !== null && at.getTime() - row.last_used_at.getTime() < LAST_USED_STEP_MS) return;
  await sql.query(
    `UPDATE api_key SET last_used_at = $3
      WHERE account_id = $1 AND id = $2 AND (last_used_at IS NULL OR last_used_at < $4)`,
    [row.account_id, row.id, at, new Date(at.getTime() - LAST_USED_STEP_MS)],
  );
}
