import type { Tx } from "../db/prisma";

/** From then on the currency stays: amounts already stored are micros of it. */
export async function hasPricedMessages(db: Pick<Tx, "$queryRaw">, accountId: string): Promise<boolean> {
  const rows = await db.$queryRaw<{ priced: boolean }[]>`
    SELECT EXISTS (SELECT 1 FROM rollup WHERE account_id = ${accountId}::uuid AND cost_micros <> 0) AS priced`;
  return rows[0]?.priced ?? false;
}
