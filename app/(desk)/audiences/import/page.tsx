import { getTranslations } from "next-intl/server";
import { UploadContacts } from "@/components/audiences/upload-contacts";
import { Card } from "@/components/ui/card";
import { PageHeader } from "@/components/ui/page-header";
import { audienceId } from "@/lib/schemas/audiences";
import { requirePageSession } from "@/lib/server/web/page-session";

export async function generateMetadata() {
  const t = await getTranslations("imports");
  return { title: t("title") };
}

const TIPS = ["phone", "names", "other", "format"] as const;

type PageProps = { readonly searchParams: Promise<Readonly<Record<string, string | string[] | undefined>>> };

export default async function ImportPage({ searchParams }: PageProps) {
  await requirePageSession("audiences:write");
  const [t, tAudiences] = await Promise.all([getTranslations("imports"), getTranslations("audiences")]);
  const audience = audienceId.safeParse({ audienceId: (await searchParams)["audience"] });
  return (
    <>
      <PageHeader
        title={t("title")}
        description={t("description")}
        crumbs={[{ label: tAudiences("title"), href: "/audiences" }, { label: t("title") }]}
      />
      <div className="grid items-start gap-4 lg:grid-cols-[1.5fr_1fr]">
        <UploadContacts audienceId={audience.success ? audience.data.audienceId : null} />
        <Card title={t("tips.title")}>
          <ul className="text-text-2 flex list-disc flex-col gap-2 pl-4">
            {TIPS.map((tip) => (
              <li key={tip}>{t(`tips.${tip}`)}</li>
            ))}
          </ul>
        </Card>
      </div>
    </>
  );
}
