import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { redirect } from "next/navigation";
import { Suspense } from "react";
import { AuditTable } from "@/components/settings/audit-table";
import { ChainVerdict } from "@/components/settings/chain-verdict";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { PaginationKeyset } from "@/components/ui/pagination-keyset";
import { Skeleton } from "@/components/ui/skeleton";
import { auditPageInput } from "@/lib/schemas/accounts";
import { listAudit } from "@/lib/server/accounts/list-audit";
import { verifyAudit } from "@/lib/server/accounts/verify-audit";
import type { TenantContext } from "@/lib/server/tenant-context";
import { pageContext } from "@/lib/server/web/page-session";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("audit");
  return { title: t("title") };
}

type Props = { readonly searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function AuditPage({ searchParams }: Props) {
  const [{ ctx }, t, query] = await Promise.all([pageContext("audit:read"), getTranslations("audit"), searchParams]);
  const input = auditPageInput.safeParse(query);
  if (!input.success) redirect("/settings/audit");
  const page = await listAudit(ctx, input.data);
  return (
    <>
      <PageHeader title={t("title")} description={t("description")} />
      <Suspense fallback={<Skeleton className="mb-4 h-16 rounded-xl" />}>
        <Verdict ctx={ctx} />
      </Suspense>
      <Card padding="none">
        {page.entries.length === 0 ? (
          <EmptyState title={t("emptyTitle")} text={t("emptyText")} />
        ) : (
          <AuditTable entries={page.entries} />
        )}
        <PaginationKeyset
          newerHref={input.data.before === undefined ? null : "/settings/audit"}
          olderHref={page.olderBefore === null ? null : `/settings/audit?before=${page.olderBefore}`}
        />
      </Card>
    </>
  );
}

/** Walks the whole chain, so it may come after the page. */
async function Verdict({ ctx }: { readonly ctx: TenantContext }) {
  return <ChainVerdict verdict={await verifyAudit(ctx)} />;
}
