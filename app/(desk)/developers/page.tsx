import { BookOpen, KeyRound } from "lucide-react";
import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { ApiKeyTable } from "@/components/developers/api-key-table";
import { CreateApiKey } from "@/components/developers/create-api-key";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { LinkButton } from "@/components/ui/link-button";
import { PageHeader } from "@/components/ui/page-header";
import { can } from "@/lib/domain/permissions";
import { listApiKeys } from "@/lib/server/api-keys/list-api-keys";
import { pageContext } from "@/lib/server/web/page-session";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("developers");
  return { title: t("title") };
}

export default async function DevelopersPage() {
  const { session, ctx } = await pageContext("api-keys:read");
  const [t, keys] = await Promise.all([getTranslations("developers"), listApiKeys(ctx)]);
  const writes = can(session.role, "api-keys:write");
  return (
    <>
      <PageHeader
        title={t("title")}
        description={t("description")}
        actions={
          <>
            <LinkButton href="/docs" icon={<BookOpen aria-hidden />}>
              {t("docs")}
            </LinkButton>
            {writes ? <CreateApiKey /> : null}
          </>
        }
      />
      <Card padding="none">
        {keys.length === 0 ? (
          <EmptyState
            icon={<KeyRound />}
            title={t("empty.title")}
            text={writes ? t("empty.text") : t("empty.askAdmin")}
            action={<LinkButton href="/docs#quick-start">{t("empty.quickStart")}</LinkButton>}
          />
        ) : (
          <ApiKeyTable keys={keys} writes={writes} />
        )}
      </Card>
    </>
  );
}
