import type { Sql } from "../db/pool";
import { connectionAssociatedData } from "../connections/save-connection";
import type { KeyRing } from "./key-ring";
import { isSealedWith, seal, unseal } from "./seal";

export type Rotation = {
  readonly resealed: number;
  /** Rows that no key of the ring opens: left as they are. */
  readonly unreadable: readonly { readonly accountId: string; readonly id: string; readonly name: string }[];
};

type Row = { readonly account_id: string; readonly id: string; readonly name: string; readonly secrets: Buffer };

const ROWS_AT_ONCE = 200;

/**
 * Seals every secret that is not under the ring's first key with it. Each row is one write that happens only if nobody changed the
 * secret meanwhile, so it may run beside the desk, be interrupted anywhere, be repeated, and run twice at once.
 */
export async function rotateSecrets(sql: Sql, ring: KeyRing): Promise<Rotation> {
  const [current] = ring;
  let resealed = 0;
  let after = { account_id: NIL, id: NIL };
  const unreadable: Rotation["unreadable"][number][] = [];
  for (;;) {
    const { rows } = await sql.query<Row>(
      `SELECT account_id, id, name, secrets FROM connection
        WHERE (account_id, id) > ($1, $2) AND length(secrets) > 0 ORDER BY account_id, id LIMIT ${ROWS_AT_ONCE}`,
      [after.account_id, after.id],
    );
    for (const row of rows) {
      const done = isSealedWith(row.secrets, current) ? "kept" : await resealOne(sql, row, ring);
      if (done === "resealed") resealed += 1;
      else if (done === "unreadable") unreadable.push({ accountId: row.account_id, id: row.id, name: row.name });
    }
    const last = rows.at(-1);
    if (last === undefined) return { resealed, unreadable };
    after = last;
  }
}

const NIL = "00000000-0000-0000-0000-000000000000";
/** Someone saves the same connection again and again. */
const MOST_TRIES = 20;

async function resealOne(sql: Sql, row: Row, ring: KeyRing): Promise<"resealed" | "kept" | "unreadable"> {
  const { account_id: accountId, id } = row;
  const associated = connectionAssociatedData(accountId, id);
  let { secrets } = row;
  for (let tries = 1; tries <= MOST_TRIES; tries += 1) {
    const plain = openOrNull(secrets, associated, ring);
    if (plain === null) return "unreadable";
    const { rowCount } = await sql.query(
      "UPDATE connection SET secrets = $4 WHERE account_id = $1 AND id = $2 AND secrets = $3",
      [accountId, id, secrets, seal(plain, associated, ring[0])],
    );
    if (rowCount === 1) return "resealed";
    const { rows } = await sql.query<Row>("SELECT secrets FROM connection WHERE account_id = $1 AND id = $2", [
      accountId,
      id,
    ]);
    const now = rows[0]?.secrets;
    if (now === undefined || now.length === 0 || isSealedWith(now, ring[0])) return "kept";
    secrets = now;
  }
  throw new Error(`The connection ${id} was changed again and again; run the rotation once more.`);
}

function openOrNull(secrets: Buffer, associated: string, ring: KeyRing): string | null {
  try {
    return unseal(secrets, associated, ring);
  } catch {
    return null;
  }
}
