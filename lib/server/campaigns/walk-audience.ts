import { CHANNEL_CODE, type Category, type Channel } from "@/lib/domain/vocabulary";
import type { TenantContext } from "../tenant-context";

const CHUNK = 5_000;
const FIRST = "00000000-0000-0000-0000-000000000000";

export type AudienceRecipient = {
  readonly contactId: string;
  readonly e164: string;
  readonly country: string;
  readonly name: string | null;
  readonly attributes: Readonly<Record<string, string>>;
  /** Has said no to this category, on every channel or on the first one of the route. */
  readonly optedOut: boolean;
};

type Row = {
  readonly contact_id: string;
  readonly e164: string;
  readonly country: string;
  readonly name: string | null;
  readonly attributes: Record<string, string>;
  readonly opted_out: boolean;
};

/**
 * Everyone of an audience, in the order in which a campaign is planned, 5,000 at a time so that neither memory nor the
 * connection is held for long. People added meanwhile may or may not be seen.
 */
export async function* walkAudience(
  ctx: TenantContext,
  audienceId: string,
  to: { readonly category: Category; readonly firstChannel: Channel },
): AsyncGenerator<readonly AudienceRecipient[]> {
  for (let after = FIRST; ;) {
    const { rows } = await ctx.sql.query<Row>({
      name: "walk_audience",
      text: `SELECT m.contact_id, c.e164, c.country, c.name, c.attributes,
                    EXISTS (SELECT 1 FROM suppression s
                             WHERE s.account_id = c.account_id AND s.e164 = c.e164 AND s.lifted_at IS NULL
                               AND (s.category IS NULL OR s.category = $4)
                               AND (s.channel IS NULL OR s.channel = $5)) AS opted_out
               FROM audience_member m
               JOIN contact c ON c.account_id = m.account_id AND c.id = m.contact_id
              WHERE m.account_id = $1 AND m.audience_id = $2 AND m.contact_id > $3
                AND c.id > $3 -- the same again, for a merge join to begin at the cursor and not at the first contact
              ORDER BY m.contact_id LIMIT ${CHUNK}`,
      values: [ctx.accountId, audienceId, after, to.category, CHANNEL_CODE[to.firstChannel]],
    });
    if (rows.length > 0) yield rows.map(toRecipient);
    const last = rows.at(-1);
    if (last === undefined || rows.length < CHUNK) return;
    after = last.contact_id;
  }
}

function toRecipient(row: Row): AudienceRecipient {
  return {
    contactId: row.contact_id,
    e164: row.e164,
    country: row.country,
    name: row.name,
    attributes: row.attributes,
    optedOut: row.opted_out,
  };
}
