import { authorise, type TenantContext } from "../tenant-context";
import { getAudienceRow } from "./get-audience-row";

export type SampleContact = {
  readonly id: string;
  readonly e164: string;
  readonly country: string;
  readonly name: string | null;
  readonly language: string | null;
  /** Values of template variables. */
  readonly attributes: Readonly<Record<string, string>>;
};

const MAX_SAMPLE = 1000;

/**
 * Some people of an audience, the same ones at each call (lowest contact ids, which are random): for previews and checks.
 *
 * @throws AppError not_found
 */
export async function sampleAudience(
  ctx: TenantContext,
  audienceId: string,
  limit: number,
): Promise<readonly SampleContact[]> {
  authorise(ctx, "audiences:read");
  await getAudienceRow(ctx, audienceId);
  const { rows } = await ctx.sql.query<SampleContact>(
    `SELECT c.id, c.e164, c.country, c.name, c.language, c.attributes
       FROM audience_member m
       JOIN contact c ON c.account_id = m.account_id AND c.id = m.contact_id
      WHERE m.account_id = $1 AND m.audience_id = $2
      ORDER BY m.contact_id
      LIMIT $3`,
    [ctx.accountId, audienceId, Math.max(0, Math.min(MAX_SAMPLE, Math.trunc(limit)))],
  );
  return rows;
}
