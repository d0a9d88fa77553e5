import type { AudienceCount } from "@/lib/schemas/audiences";
import { authorise, type TenantContext } from "../tenant-context";
import { getAudienceRow } from "./get-audience-row";

/**
 * How many people an audience has, and how many of them have an opt-out or block in force (on any channel, for any category).
 *
 * @throws AppError not_found
 */
export async function countAudience(ctx: TenantContext, audienceId: string): Promise<AudienceCount> {
  authorise(ctx, "audiences:read");
  await getAudienceRow(ctx, audienceId);
  return countPeople(ctx, audienceId);
}

/** Without the checks: for use cases that have made them. */
export async function countPeople(ctx: TenantContext, audienceId: string): Promise<AudienceCount> {
  const { rows } = await ctx.sql.query<AudienceCount>(
    `SELECT (SELECT count(*)::int FROM audience_member WHERE account_id = $1 AND audience_id = $2) AS people,
            (SELECT count(DISTINCT m.contact_id)::int
               FROM suppression s
               JOIN contact c ON c.account_id = s.account_id AND c.e164 = s.e164
               JOIN audience_member m ON m.account_id = c.account_id AND m.contact_id = c.id AND m.audience_id = $2
              WHERE s.account_id = $1 AND s.lifted_at IS NULL) AS "optedOut"`,
    [ctx.accountId, audienceId],
  );
  return rows[0] ?? { people: 0, optedOut: 0 };
}
