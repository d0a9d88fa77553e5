import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { DocsContents } from "@/components/docs/docs-contents";
import { GuideSection } from "@/components/docs/guide-section";
import { ProblemTable } from "@/components/docs/problem-table";
import { QuickStart } from "@/components/docs/quick-start";
import { Reference } from "@/components/docs/reference";
import { StatusTable } from "@/components/docs/status-table";
import { describeDocument } from "@/lib/schemas/api/describe-document";
import { openApiDocument } from "@/lib/schemas/api/openapi-document";
import { RATE_LIMIT } from "@/lib/server/api/take-token";
import { env } from "@/lib/server/env";

export const dynamic = "force-dynamic";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("docs");
  return { title: t("title") };
}

export default async function DocsPage() {
  const t = await getTranslations("docs");
  const reference = describeDocument(openApiDocument() as unknown as Record<string, unknown>);
  const baseUrl = env().NEXTAUTH_URL.replace(/\/+$/, "");
  return (
    <div className="mx-auto grid max-w-6xl gap-8 px-4 py-6 sm:px-6 lg:grid-cols-[200px_minmax(0,1fr)]">
      <DocsContents operations={reference.operations} schemas={reference.schemas} />
      <main className="min-w-0">
        <h1 className="text-2xl font-[650] tracking-[-0.015em]">{t("title")}</h1>
        <p className="text-text-2 mt-1 max-w-[70ch] text-md">{t("lead")}</p>
        <GuideSection id="quick-start">
          <QuickStart baseUrl={baseUrl} />
        </GuideSection>
        <GuideSection id="authentication" />
        <GuideSection id="sending" />
        <GuideSection id="idempotency" />
        <GuideSection id="statuses">
          <StatusTable />
        </GuideSection>
        <GuideSection id="webhooks" values={{ baseUrl }} />
        <GuideSection id="errors">
          <ProblemTable />
        </GuideSection>
        <GuideSection id="rate-limits" values={{ perSecond: RATE_LIMIT.perSecond, burst: RATE_LIMIT.burst }} />
        <Reference reference={reference} />
      </main>
    </div>
  );
}
