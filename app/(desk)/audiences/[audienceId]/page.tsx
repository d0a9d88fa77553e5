import { notFound } from "next/navigation";
import { getFormatter, getLocale, getTranslations } from "next-intl/server";
import { AudienceActions } from "@/components/audiences/audience-actions";
import { ContactList } from "@/components/audiences/contact-list";
import { ImportHistory } from "@/components/audiences/import-history";
import { ShareList } from "@/components/audiences/share-list";
import { Badge } from "@/components/ui/badge";
import { Card } from "@/components/ui/card";
import { LocalTime } from "@/components/ui/local-time";
import { PageHeader } from "@/components/ui/page-header";
import { StatTile } from "@/components/ui/stat-tile";
import { can } from "@/lib/domain/permissions";
import { audienceId, type AudienceDetail } from "@/lib/schemas/audiences";
import { getAudience } from "@/lib/server/audiences/get-audience";
import { listAudienceImports } from "@/lib/server/audiences/get-import";
import { listAudienceContacts } from "@/lib/server/audiences/list-audience-contacts";
import { pageContext } from "@/lib/server/web/page-session";
import { nameCodes } from "../name-codes";
import { readOrNotFound } from "../read-or-not-found";

export async function generateMetadata() {
  const t = await getTranslations("audiences");
  return { title: t("title") };
}

const SHOWN_SHARES = 8;

type PageProps = { readonly params: Promise<{ readonly audienceId: string }> };

export default async function AudiencePage({ params }: PageProps) {
  const { session, ctx } = await pageContext("audiences:read");
  const input = audienceId.safeParse(await params);
  if (!input.success) notFound();
  const id = input.data.audienceId;
  const audience = await readOrNotFound(getAudience(ctx, id));
  const [t, format, locale, firstPage, imports] = await Promise.all([
    getTranslations("audiences"),
    getFormatter(),
    getLocale(),
    listAudienceContacts(ctx, { audienceId: id, search: "" }),
    listAudienceImports(ctx, id),
  ]);
  const names = nameCodes(locale, audience);
  const mayWrite = can(session.role, "audiences:write") && !audience.isArchived;
  return (
    <>
      <PageHeader
        title={audience.name}
        meta={audience.isArchived ? <Badge>{t("archived")}</Badge> : undefined}
        crumbs={[{ label: t("title"), href: "/audiences" }, { label: audience.name }]}
        actions={mayWrite ? <AudienceActions id={id} name={audience.name} people={audience.people} /> : undefined}
      />
      <div className="mb-4 grid grid-cols-2 gap-3 lg:grid-cols-4">
        <StatTile label={t("tile.people")} value={format.number(audience.people)} />
        <StatTile label={t("tile.optedOut")} value={format.number(audience.optedOut)} sub={t("tile.optedOutSub")} />
        <StatTile label={t("tile.countries")} value={format.number(audience.byCountry.length)} />
        <StatTile
          label={t("tile.lastImport")}
          value={audience.lastImportAt === null ? "—" : <LocalTime at={audience.lastImportAt} format="dayMonth" />}
        />
      </div>
      <div className="mb-4 grid items-start gap-4 lg:grid-cols-3">
        <Card title={t("byCountry")}>
          <ShareList total={audience.people} shares={toShares(audience.byCountry, names, t("unknown"))} />
        </Card>
        <Card title={t("byLanguage")}>
          <ShareList total={audience.people} shares={toShares(audience.byLanguage, names, t("unknown"))} />
        </Card>
        <Card title={t("attributes")} sub={t("attributesSub")}>
          {audience.attributes.length === 0 ? (
            <p className="text-text-2">{t("noAttributes")}</p>
          ) : (
            <ShareList total={audience.people} shares={toShares(audience.attributes, {}, "")} />
          )}
        </Card>
      </div>
      <ContactList audienceId={id} firstPage={firstPage} names={names} />
      <ImportHistory imports={imports} />
    </>
  );
}

function toShares(
  groups: AudienceDetail["byCountry"],
  names: Readonly<Record<string, string>>,
  unknown: string,
): readonly { key: string; label: string; count: number }[] {
  return groups.slice(0, SHOWN_SHARES).map(({ key, count }) => ({
    key,
    label: key === "" ? unknown : (names[key] ?? key),
    count,
  }));
}
