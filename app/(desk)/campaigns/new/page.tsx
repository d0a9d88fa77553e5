import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { z } from "zod";
import { NewDraft } from "@/components/campaigns/audience-step";
import { DraftStepper } from "@/components/campaigns/draft-stepper";
import { PageHeader } from "@/components/ui/page-header";
import { listAudiencesForPicker } from "@/lib/server/audiences/list-audiences";
import { listTemplates } from "@/lib/server/templates/list-templates";
import { pageContext } from "@/lib/server/web/page-session";
import { createDraftAction } from "../actions";

type Props = { readonly searchParams: Promise<Record<string, string | string[] | undefined>> };

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("campaigns"))("new") };
}

/** Coming from an audience's or a template's own page, it is chosen already. */
export default async function NewCampaignPage({ searchParams }: Props) {
  const [{ ctx }, t, query] = await Promise.all([
    pageContext("campaigns:write"),
    getTranslations("campaigns"),
    searchParams,
  ]);
  const [audiences, templates] = await Promise.all([listAudiencesForPicker(ctx), listTemplates(ctx)]);
  const idOf = (value: unknown) => z.uuid().safeParse(value).data ?? null;
  const audienceId = idOf(query.audience);
  return (
    <>
      <DraftStepper current="audience" campaignId={null} />
      <PageHeader title={t("new")} />
      <NewDraft
        audiences={audiences}
        hasTemplate={templates.length > 0}
        templateId={templates.find(({ id }) => id === idOf(query.template))?.id ?? null}
        initialAudienceId={audiences.find(({ id }) => id === audienceId)?.id ?? null}
        create={createDraftAction}
      />
    </>
  );
}
