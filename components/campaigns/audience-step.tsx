"use client";

import { Users } from "lucide-react";
import { useRouter } from "next/navigation";
import { useFormatter, useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Combobox } from "@/components/ui/combobox";
import { EmptyState } from "@/components/ui/empty-state";
import { Field } from "@/components/ui/field";
import { FormError } from "@/components/ui/form-error";
import { Input } from "@/components/ui/input";
import { LinkButton } from "@/components/ui/link-button";
import { useAnswer } from "@/lib/client/use-answer";
import type { AudiencePickerItem } from "@/lib/schemas/audiences";
import type { ClientError } from "@/lib/schemas/action-result";
import type { CampaignDetail } from "@/lib/schemas/campaigns";
import type { DraftActions } from "./campaign-actions";
import { DraftFooter } from "./draft-footer";
import { useDraft } from "./use-draft";

type FieldsProps = {
  readonly audiences: readonly AudiencePickerItem[];
  readonly name: string;
  readonly onName: (name: string) => void;
  readonly onNameDone?: () => void;
  readonly audienceId: string | null;
  readonly onAudience: (id: string | null) => void;
  readonly nameError?: string | undefined;
  readonly audienceError?: string | undefined;
};

function AudienceFields(props: FieldsProps) {
  const t = useTranslations("campaigns.audience");
  const tc = useTranslations("common");
  const chosen = props.audiences.find(({ id }) => id === props.audienceId);
  return (
    <Card title={t("title")} sub={t("sub")} className="max-w-2xl">
      <div className="flex flex-col gap-4">
        <Field label={t("name")} hint={t("nameHint")} error={props.nameError} required>
          <Input
            maxLength={120}
            value={props.name}
            onChange={(event) => props.onName(event.target.value)}
            onBlur={props.onNameDone}
          />
        </Field>
        <Field
          label={t("audience")}
          error={props.audienceError}
          hint={chosen ? t("people", { count: chosen.people }) : undefined}
          required
        >
          <Combobox
            options={props.audiences.map(({ id, name, people }) => ({
              value: id,
              label: name,
              hint: tc("count.people", { count: people }),
              keywords: [name],
            }))}
            value={props.audienceId}
            onChange={props.onAudience}
            placeholder={t("choose")}
            emptyText={t("nothing")}
          />
        </Field>
      </div>
    </Card>
  );
}

type NewDraftProps = {
  readonly audiences: readonly AudiencePickerItem[];
  readonly hasTemplate: boolean;
  readonly templateId: string | null;
  readonly initialAudienceId: string | null;
  readonly create: DraftActions["create"];
};

/** The first step of a campaign that does not exist yet: continuing makes the draft. */
export function NewDraft({ audiences, hasTemplate, templateId, initialAudienceId, create }: NewDraftProps) {
  const t = useTranslations("campaigns.audience");
  const answer = useAnswer();
  const tc = useTranslations("common");
  const format = useFormatter();
  const router = useRouter();
  const [name, setName] = useState("");
  const [audienceId, setAudienceId] = useState(initialAudienceId);
  const [asked, setAsked] = useState(false);
  const [pending, setPending] = useState(false);
  const [error, setError] = useState<ClientError | null>(null);
  if (audiences.length === 0) return <Missing what="audience" />;
  if (!hasTemplate) return <Missing what="template" />;

  async function start() {
    setAsked(true);
    setError(null);
    if (audienceId === null || name.trim() === "") return;
    setPending(true);
    const result = await answer(create({ name, audienceId, ...(templateId === null ? {} : { templateId }) }));
    if (result.ok) return router.push(`/campaigns/${result.data.campaignId}/edit?step=message`);
    setPending(false);
    setError(result.error);
  }

  return (
    <form
      method="post"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void start();
      }}
    >
      <AudienceFields
        audiences={audiences}
        name={name}
        onName={setName}
        audienceId={audienceId}
        onAudience={(id) => {
          setAudienceId(id);
          const chosen = audiences.find((audience) => audience.id === id);
          if (name === "" && chosen)
            setName(`${chosen.name}, ${format.dateTime(new Date(), "dayMonth")}`.slice(0, 120));
        }}
        nameError={asked && name.trim() === "" ? t("nameMissing") : error?.fields.name}
        audienceError={asked && audienceId === null ? t("audienceMissing") : undefined}
      />
      {error ? (
        <FormError announce className="mt-3">
          {error.message}
        </FormError>
      ) : null}
      <div className="mt-4 flex max-w-2xl justify-end gap-2">
        <LinkButton href="/campaigns">{tc("cancel")}</LinkButton>
        <Button type="submit" variant="primary" pending={pending}>
          {tc("continue")}
        </Button>
      </div>
    </form>
  );
}

function Missing({ what }: { readonly what: "audience" | "template" }) {
  const t = useTranslations(`campaigns.missing.${what}`);
  return (
    <Card padding="none">
      <EmptyState
        icon={<Users />}
        title={t("title")}
        text={t("text")}
        action={
          <LinkButton variant="primary" href={what === "audience" ? "/audiences/import" : "/templates/new"}>
            {t("action")}
          </LinkButton>
        }
      />
    </Card>
  );
}

type AudienceStepProps = {
  readonly campaign: CampaignDetail;
  readonly audiences: readonly AudiencePickerItem[];
  readonly actions: DraftActions;
};

export function AudienceStep({ campaign, audiences, actions }: AudienceStepProps) {
  const t = useTranslations("campaigns.audience");
  const draft = useDraft(campaign, actions);
  const [name, setName] = useState(campaign.name);
  const [audienceId, setAudienceId] = useState(campaign.audience.id);
  const isNamed = name.trim() !== "";
  return (
    <div className="max-w-2xl">
      <AudienceFields
        audiences={audiences}
        name={name}
        onName={setName}
        onNameDone={() => void (isNamed && name !== campaign.name && draft.save({ name }))}
        audienceId={audienceId}
        onAudience={(id) => {
          if (id === null) return;
          setAudienceId(id);
          void draft.save({ audienceId: id });
        }}
        nameError={isNamed ? undefined : t("nameMissing")}
      />
      <DraftFooter
        draft={draft}
        backHref="/campaigns"
        continueDisabled={!isNamed}
        onContinue={() => void draft.goTo("message", { name, audienceId })}
      />
    </div>
  );
}
