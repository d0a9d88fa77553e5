"use client";

import { PencilLine, Plus } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { ChannelPreview } from "@/components/templates/channel-preview";
import { Card } from "@/components/ui/card";
import { Callout } from "@/components/ui/callout";
import { Combobox } from "@/components/ui/combobox";
import { Field } from "@/components/ui/field";
import { LinkButton } from "@/components/ui/link-button";
import { useOutgoingSms } from "@/components/templates/sms-encoding";
import { measureSms } from "@/lib/domain/sms/segments";
import { renderForChannel } from "@/lib/domain/template/render";
import type { VariableValues } from "@/lib/domain/template/variables";
import { CHANNELS } from "@/lib/domain/vocabulary";
import type { CampaignDetail } from "@/lib/schemas/campaigns";
import type { TemplateSummary } from "@/lib/schemas/templates";
import type { DraftActions } from "./campaign-actions";
import { DraftFooter } from "./draft-footer";
import { useDraft } from "./use-draft";

type MessageStepProps = {
  readonly campaign: CampaignDetail;
  readonly templates: readonly TemplateSummary[];
  /** Of someone in the audience. */
  readonly sample: VariableValues;
  readonly actions: DraftActions;
};

export function MessageStep({ campaign, templates, sample, actions }: MessageStepProps) {
  const t = useTranslations("campaigns.message");
  const tc = useTranslations("common");
  const router = useRouter();
  const draft = useDraft(campaign, actions);
  const { template } = campaign;
  const isNewer = template.latestVersion > template.version;

  /** The previews come from the server, with the template that was really saved. */
  async function choose(templateId: string | null) {
    if (templateId === null) return;
    if (await draft.save({ templateId })) router.refresh();
  }

  return (
    <div className="max-w-5xl">
      <Card
        title={t("title")}
        sub={t("sub")}
        actions={
          <>
            <LinkButton size="sm" href={`/templates/${template.id}`} target="_blank" icon={<PencilLine aria-hidden />}>
              {t("edit")}
            </LinkButton>
            <LinkButton size="sm" href="/templates/new" target="_blank" icon={<Plus aria-hidden />}>
              {t("new")}
            </LinkButton>
          </>
        }
      >
        <Field
          label={t("template")}
          hint={t("category", { category: tc(`category.${campaign.category}`) })}
          className="max-w-xl"
        >
          <Combobox
            options={templates.map((row) => ({
              value: row.id,
              label: row.name,
              hint: `${tc(`category.${row.category}`)} · ${tc("count.segments", { count: row.smsSegments })}`,
              keywords: [row.name],
            }))}
            value={template.id}
            onChange={(id) => void choose(id)}
            placeholder={t("choose")}
          />
        </Field>
        {isNewer ? (
          <Callout tone="accent" className="mt-3" title={t("newer", { version: template.latestVersion })}>
            {t("newerText")}
          </Callout>
        ) : null}
      </Card>
      <Card title={t("preview")} sub={t("previewSub")} className="mt-4">
        <TemplatePreviews campaign={campaign} sample={sample} />
      </Card>
      <DraftFooter
        draft={draft}
        backHref={`/campaigns/${campaign.id}/edit?step=audience`}
        onContinue={() => void draft.goTo("route", { templateId: template.id })}
      />
    </div>
  );
}

type TemplatePreviewsProps = {
  readonly campaign: CampaignDetail;
  readonly sample: VariableValues;
  /** Channels that the route does not use are faded and say so. */
  readonly channels?: readonly string[];
};

export function TemplatePreviews({ campaign, sample, channels }: TemplatePreviewsProps) {
  const t = useTranslations("campaigns.message");
  const tc = useTranslations("common");
  const outgoing = useOutgoingSms();
  const { content } = campaign.template;
  const sms = renderForChannel(content, "sms", sample, { ttlSeconds: campaign.waitS, validitySeconds: null });
  return (
    <div className="grid items-start gap-3 sm:grid-cols-3">
      {CHANNELS.map((channel) => {
        const isOff = channels !== undefined && !channels.includes(channel);
        const segments =
          channel === "sms" ? tc("count.segments", { count: measureSms(outgoing(sms.text)).segments }) : undefined;
        return (
          <ChannelPreview
            key={channel}
            channel={channel}
            content={content}
            values={sample}
            faded={isOff}
            note={isOff ? t("notOnRoute") : segments}
          />
        );
      })}
    </div>
  );
}
