import { getCountryCallingCode } from "libphonenumber-js/max";
import { formatPhone, isPhoneCountry, searchDigits } from "@/lib/domain/phone/normalise-phone";
import type { ContactPage, ListContactsInput } from "@/lib/schemas/audiences";
import { authorise, type TenantContext } from "../tenant-context";
import { getAudienceRow } from "./get-audience-row";

const PAGE_SIZE = 25;

type Row = {
  id: string;
  e164: string;
  country: string;
  name: string | null;
  language: string | null;
  is_opted_out: boolean;
};

/**
 * A page of the people of an audience, in the order of their ids. The search takes a number however it is written, a part of it, or
 * a part of a name.
 *
 * @throws AppError not_found
 */
export async function listAudienceContacts(ctx: TenantContext, input: ListContactsInput): Promise<ContactPage> {
  authorise(ctx, "audiences:read");
  await getAudienceRow(ctx, input.audienceId);
  const { numbers, name } = await readSearch(ctx, input.search);
  const { rows } = await ctx.sql.query<Row>(
    `SELECT c.id, c.e164, c.country, c.name, c.language,
            EXISTS (SELECT FROM suppression s
                     WHERE s.account_id = c.account_id AND s.e164 = c.e164 AND s.lifted_at IS NULL) AS is_opted_out
       FROM audience_member m
       JOIN contact c ON c.account_id = m.account_id AND c.id = m.contact_id
      WHERE m.account_id = $1 AND m.audience_id = $2
        AND ($3::uuid IS NULL OR m.contact_id > $3)
        AND ($5::text IS NULL OR c.e164 LIKE ANY ($4::text[]) OR c.name ILIKE $5)
      ORDER BY m.contact_id
      LIMIT ${PAGE_SIZE + 1}`,
    [ctx.accountId, input.audienceId, input.after ?? null, numbers, name],
  );
  const page = rows.slice(0, PAGE_SIZE);
  return {
    contacts: page.map((row) => ({
      id: row.id,
      e164: row.e164,
      phone: formatPhone(row.e164),
      country: row.country,
      name: row.name,
      language: row.language,
      isOptedOut: row.is_opted_out,
    })),
    next: rows.length > PAGE_SIZE ? (page.at(-1)?.id ?? null) : null,
  };
}

/** LIKE patterns; both null without a search. */
async function readSearch(
  ctx: TenantContext,
  search: string,
): Promise<{ numbers: readonly string[] | null; name: string | null }> {
  if (search === "") return { numbers: null, name: null };
  const account = await ctx.db.account.findUnique({
    where: { id: ctx.accountId },
    select: { defaultCountry: true },
  });
  const plain = search.replace(/[\0\p{Cs}]/gu, "").replace(/[\\%_]/g, (sign) => `\\${sign}`);
  return { numbers: numberPatterns(search, account?.defaultCountry ?? ""), name: `%${plain}%` };
}

/** Anywhere in the number; and "077 16", the beginning of a number as people write it at home, without its zero. */
function numberPatterns(search: string, country: string): readonly string[] {
  const digits = isPhoneCountry(country) ? searchDigits(search, country) : null;
  if (digits === null || !isPhoneCountry(country)) return [];
  const national = /^0(\d+)$/.exec(digits)?.[1];
  return [`%${digits}%`, ...(national === undefined ? [] : [`+${getCountryCallingCode(country)}${national}%`])];
}
