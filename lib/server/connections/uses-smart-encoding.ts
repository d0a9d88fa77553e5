import { CHANNEL_CODE } from "@/lib/domain/vocabulary";
import type { TenantContext } from "../tenant-context";

/**
 * Whether every SMS of the account goes out with plain signs for typographic ones where that saves segments. One active line without it
 * is enough for no: a figure shown before sending may be too high, never too low.
 */
export async function usesSmartEncoding(ctx: TenantContext): Promise<boolean> {
  const { rows } = await ctx.sql.query<{ smart: boolean | null }>(
    `SELECT bool_and(kind = 'smpp' AND config->'smartEncoding' = 'true'::jsonb) AS smart
       FROM connection WHERE account_id = $1 AND channel = $2 AND status = 'active'`,
    [ctx.accountId, CHANNEL_CODE.sms],
  );
  return rows[0]?.smart === true;
}
