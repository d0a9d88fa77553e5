import pg from "pg";
import { PEOPLE } from "./sign-in";

/** For what no page does; the installation's own database. */
export async function onDatabase(statement: string, values: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: process.env.DATABASE_URL });
  await client.connect();
  try {
    await client.query(statement, [...values]);
  } finally {
    await client.end();
  }
}

/** Another admin of the demo account, with the demo's password: for tests that change what belongs to a person. */
export async function addAdmin(email: string): Promise<void> {
  await onDatabase(
    `WITH added AS (
       INSERT INTO app_user (id, email, name, password_hash, last_account_id)
       SELECT gen_random_uuid(), $2, name, password_hash, last_account_id FROM app_user WHERE email = $1 RETURNING id)
     INSERT INTO membership (account_id, user_id, role)
     SELECT m.account_id, added.id, m.role FROM membership m JOIN app_user u ON u.id = m.user_id, added WHERE u.email = $1`,
    [PEOPLE.admin, email],
  );
}
