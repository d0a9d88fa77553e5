import { FileText } from "lucide-react";
import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { ApprovedList } from "@/components/templates/approved-list";
import { SyncButton } from "@/components/templates/sync-button";
import { Callout } from "@/components/ui/callout";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { LinkButton } from "@/components/ui/link-button";
import { PageHeader } from "@/components/ui/page-header";
import { TimeAgo } from "@/components/ui/time-ago";
import { can } from "@/lib/domain/permissions";
import { listApprovedTemplates } from "@/lib/server/templates/list-approved-templates";
import { pageContext } from "@/lib/server/web/page-session";
import { importApprovedAction, syncTemplatesAction } from "../actions";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("templates.approval"))("pageTitle") };
}

export default async function ApprovedTemplatesPage() {
  const [{ session, ctx }, t, tt] = await Promise.all([
    pageContext("templates:read"),
    getTranslations("templates.approval"),
    getTranslations("templates"),
  ]);
  const { accounts, templates } = await listApprovedTemplates(ctx);
  const mayWrite = can(session.role, "templates:write");
  return (
    <>
      <PageHeader
        title={t("pageTitle")}
        crumbs={[{ label: tt("title"), href: "/templates" }, { label: t("pageTitle") }]}
        actions={mayWrite && accounts.length > 0 ? <SyncButton sync={syncTemplatesAction} /> : undefined}
      />
      <div className="flex flex-col gap-4">
        {accounts.length === 0 ? (
          <Card>
            <EmptyState icon={<FileText />} title={t("noConnection")} text={t("noConnectionText")} />
          </Card>
        ) : null}
        {accounts.map((account) => {
          const rows = templates.filter(({ connectionId }) => connectionId === account.connectionId);
          return (
            <Card
              key={account.connectionId}
              title={account.connectionName}
              sub={
                account.syncedAt === null ? undefined : (
                  <>
                    {t("read")} <TimeAgo at={account.syncedAt} />
                  </>
                )
              }
            >
              <div className="flex flex-col gap-3">
                {account.hasBusinessAccount ? null : (
                  <Callout
                    tone="info"
                    actions={
                      <LinkButton size="sm" href="/connections">
                        {t("toConnections")}
                      </LinkButton>
                    }
                  >
                    {t("noBusinessAccount")}
                  </Callout>
                )}
                {account.problem === null ? null : <Callout tone="warn" title={t("notRead")} />}
                {rows.length > 0 ? (
                  <ApprovedList templates={rows} take={mayWrite ? importApprovedAction : null} />
                ) : account.hasBusinessAccount ? (
                  <p className="text-text-2">{account.syncedAt === null ? t("notYet") : t("none")}</p>
                ) : null}
              </div>
            </Card>
          );
        })}
      </div>
    </>
  );
}
