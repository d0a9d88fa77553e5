import Link from "next/link";
import { notFound } from "next/navigation";
import { getLocale, getTranslations } from "next-intl/server";
import { OptOutButton } from "@/components/audiences/opt-out-button";
import { ConsentList } from "@/components/audiences/consent-list";
import { ReachabilityList } from "@/components/audiences/reachability-list";
import { SuppressionList } from "@/components/audiences/suppression-list";
import { Badge } from "@/components/ui/badge";
import { Card } from "@/components/ui/card";
import { DefinitionList } from "@/components/ui/definition-list";
import { LinkButton } from "@/components/ui/link-button";
import { LocalTime } from "@/components/ui/local-time";
import { PageHeader } from "@/components/ui/page-header";
import { can } from "@/lib/domain/permissions";
import { contactId, type ContactDetail } from "@/lib/schemas/audiences";
import { getContact } from "@/lib/server/contacts/get-contact";
import { pageContext } from "@/lib/server/web/page-session";
import { nameOf } from "../../name-codes";
import { readOrNotFound } from "../../read-or-not-found";

export async function generateMetadata() {
  const t = await getTranslations("audiences");
  return { title: t("contact.title") };
}

type PageProps = { readonly params: Promise<{ readonly contactId: string }> };

export default async function ContactPage({ params }: PageProps) {
  const { session, ctx } = await pageContext("audiences:read");
  const input = contactId.safeParse(await params);
  if (!input.success) notFound();
  const contact = await readOrNotFound(getContact(ctx, input.data.contactId));
  const t = await getTranslations("audiences");
  const mayWrite = can(session.role, "audiences:write");
  return (
    <>
      <PageHeader
        title={contact.name ?? contact.phone}
        meta={
          <>
            {contact.name === null ? null : <span className="tabular">{contact.phone}</span>}
            {contact.suppressions.some((one) => one.liftedAt === null) ? (
              <Badge tone="warn">{t("optedOut")}</Badge>
            ) : null}
          </>
        }
        crumbs={[{ label: t("title"), href: "/audiences" }, { label: contact.phone }]}
        actions={
          <>
            {can(session.role, "messages:read") ? (
              <LinkButton href={`/messages?q=${encodeURIComponent(contact.e164)}`}>{t("contact.messages")}</LinkButton>
            ) : null}
            {mayWrite ? <OptOutButton contactId={contact.id} phone={contact.phone} /> : null}
          </>
        }
      />
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <div className="grid min-w-0 grid-cols-1 gap-4">
          <Card title={t("contact.facts")}>
            <Facts contact={contact} />
          </Card>
          <Card title={t("reach.title")} sub={t("reach.sub")}>
            <ReachabilityList contactId={contact.id} reachability={contact.reachability} mayWrite={mayWrite} />
          </Card>
        </div>
        <div className="grid min-w-0 grid-cols-1 gap-4">
          <Card title={t("contact.optOuts")} sub={t("contact.optOutsSub")}>
            {contact.suppressions.length === 0 ? (
              <p className="text-text-2">{t("contact.noOptOuts")}</p>
            ) : (
              <SuppressionList suppressions={contact.suppressions} mayLift={can(session.role, "opt-outs:lift")} />
            )}
            <ConsentList consents={contact.consents} />
          </Card>
          <Card title={t("attributes")} sub={t("contact.attributesSub")}>
            {contact.attributes.length === 0 ? (
              <p className="text-text-2">{t("contact.noAttributes")}</p>
            ) : (
              <DefinitionList
                layout="rows"
                items={contact.attributes.map(({ key, value }) => ({ key, term: key, value }))}
              />
            )}
          </Card>
        </div>
      </div>
    </>
  );
}

async function Facts({ contact }: { readonly contact: ContactDetail }) {
  const [t, locale] = await Promise.all([getTranslations("audiences"), getLocale()]);
  const regions = new Intl.DisplayNames([locale, "en"], { type: "region" });
  const languages = new Intl.DisplayNames([locale, "en"], { type: "language" });
  return (
    <DefinitionList
      layout="rows"
      items={[
        { key: "phone", term: t("column.phone"), value: contact.phone },
        { key: "country", term: t("column.country"), value: nameOf(regions, contact.country) },
        {
          key: "language",
          term: t("column.language"),
          value: contact.language === null ? t("unknown") : nameOf(languages, contact.language),
        },
        {
          key: "audiences",
          term: t("title"),
          value:
            contact.audiences.length === 0
              ? t("contact.noAudiences")
              : contact.audiences.map((audience, index) => (
                  <span key={audience.id}>
                    {index === 0 ? null : ", "}
                    <Link href={`/audiences/${audience.id}`} className="link">
                      {audience.name}
                    </Link>
                  </span>
                )),
        },
        { key: "freeText", term: t("contact.freeText"), value: <FreeText freeText={contact.freeText} /> },
        { key: "created", term: t("contact.since"), value: <LocalTime at={contact.createdAt} format="full" /> },
        { key: "updated", term: t("contact.updated"), value: <LocalTime at={contact.updatedAt} format="full" /> },
      ]}
    />
  );
}

/** WhatsApp takes text without a template for a day after the person has written. */
async function FreeText({ freeText }: Pick<ContactDetail, "freeText">) {
  const t = await getTranslations("audiences.contact");
  const until = freeText?.until ?? null;
  if (until === null) return t("freeTextClosed");
  return t.rich("freeTextOpen", { at: () => <LocalTime at={until} format="full" /> });
}
