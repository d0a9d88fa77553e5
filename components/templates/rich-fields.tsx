"use client";

import { useTranslations } from "next-intl";
import { Callout } from "@/components/ui/callout";
import { Card } from "@/components/ui/card";
import { ChannelBadge } from "@/components/ui/channel-badge";
import { Checkbox } from "@/components/ui/checkbox";
import { Disclosure } from "@/components/ui/disclosure";
import { Field } from "@/components/ui/field";
import { FormError } from "@/components/ui/form-error";
import { Input } from "@/components/ui/input";
import { Tabs } from "@/components/ui/tabs";
import type { LinkButton, TemplateContent, WhatsAppButton } from "@/lib/domain/template-content";
import { TEMPLATE_LIMITS } from "@/lib/domain/template/check-content";
import { ButtonFields } from "./button-fields";
import { MetaHints } from "./meta-hints";
import { PictureField } from "./picture-field";

type RichFieldsProps = {
  readonly content: TemplateContent;
  readonly viberFollows: boolean;
  readonly onContent: (content: TemplateContent) => void;
  readonly onViberFollows: (follows: boolean) => void;
  readonly onWhatsAppName: (name: string) => void;
  readonly problemAt: (path: string) => string | undefined;
};

const blankLink = (): LinkButton => ({ kind: "url", label: "", url: "" });
const blankReply = (): WhatsAppButton => ({ kind: "reply", label: "" });

/** What WhatsApp and Viber show besides the text. */
export function RichFields(props: RichFieldsProps) {
  const t = useTranslations("templates.rich");
  const isCode = props.content.category === "authentication";
  return (
    <Card title={t("title")} sub={t("sub")}>
      {isCode ? (
        <Callout tone="info" className="mb-3">
          {t("codeOnly")}
        </Callout>
      ) : null}
      <Tabs
        label={t("title")}
        keepMounted
        tabs={[
          {
            value: "whatsapp",
            label: <ChannelBadge channel="whatsapp" variant="plain" />,
            content: <WhatsAppFields {...props} isCode={isCode} />,
          },
          {
            value: "viber",
            label: <ChannelBadge channel="viber" variant="plain" />,
            content: <ViberFields {...props} isCode={isCode} />,
          },
        ]}
      />
    </Card>
  );
}

function WhatsAppFields({
  content,
  onContent,
  onWhatsAppName,
  problemAt,
  isCode,
}: RichFieldsProps & { readonly isCode: boolean }) {
  const t = useTranslations("templates.rich");
  const { whatsapp } = content;
  const set = (change: Partial<TemplateContent["whatsapp"]>) =>
    onContent({ ...content, whatsapp: { ...whatsapp, ...change } });
  return (
    <div className="flex flex-col gap-4">
      <MetaHints content={content} onLanguage={(language) => set({ language })} />
      {isCode ? null : (
        <PictureField
          label={t("picture")}
          value={whatsapp.imageUrl}
          onChange={(imageUrl) => set({ imageUrl })}
          error={problemAt("whatsapp.imageUrl")}
        />
      )}
      <Field label={t("footer")} error={problemAt("whatsapp.footer")} hint={t("footerHint")} optional>
        <Input
          maxLength={TEMPLATE_LIMITS.footer}
          value={whatsapp.footer ?? ""}
          lang={content.language}
          onChange={(event) => set({ footer: event.target.value === "" ? null : event.target.value })}
        />
      </Field>
      <ButtonFields<WhatsAppButton>
        legend={t("buttons")}
        buttons={whatsapp.buttons}
        onChange={(buttons) => set({ buttons })}
        most={TEMPLATE_LIMITS.whatsappButtons}
        labelLimit={TEMPLATE_LIMITS.whatsappButtonLabel}
        add={{ link: blankLink, reply: blankReply }}
        linksAllowed={!isCode}
        errorAt={(index, field) =>
          problemAt(`whatsapp.buttons.${index}.${field}`) ??
          (field === "url" ? problemAt(`whatsapp.buttons.${index}`) : undefined)
        }
      />
      <NameAtWhatsApp
        name={whatsapp.templateName}
        onChange={onWhatsAppName}
        problem={problemAt("whatsapp.templateName")}
        language={whatsapp.language ?? ""}
        textLanguage={content.language}
        onLanguage={(language) => set({ language: language === "" ? undefined : language })}
        languageProblem={problemAt("whatsapp.language")}
      />
    </div>
  );
}

type NameAtWhatsAppProps = {
  readonly name: string;
  readonly onChange: (name: string) => void;
  readonly problem: string | undefined;
  /** Empty: that of the text. */
  readonly language: string;
  readonly textLanguage: string;
  readonly onLanguage: (code: string) => void;
  readonly languageProblem: string | undefined;
};

function NameAtWhatsApp(props: NameAtWhatsAppProps) {
  const t = useTranslations("templates.rich");
  const { name, onChange, problem, languageProblem } = props;
  const summary = t("approvedAs", { name: props.language === "" ? name : `${name} (${props.language})` });
  return (
    <Disclosure summary={summary} defaultOpen={problem !== undefined || languageProblem !== undefined}>
      <Field label={t("templateName")} hint={t("templateNameHint")} error={problem}>
        <Input
          className="font-mono"
          maxLength={512}
          spellCheck={false}
          autoCapitalize="none"
          value={name}
          onChange={(event) => onChange(event.target.value.trim())}
        />
      </Field>
      <Field label={t("metaLanguage")} hint={t("metaLanguageHint")} error={languageProblem} className="mt-3" optional>
        <Input
          className="font-mono"
          maxLength={12}
          spellCheck={false}
          autoCapitalize="none"
          placeholder={props.textLanguage}
          value={props.language}
          onChange={(event) => props.onLanguage(event.target.value.trim())}
        />
      </Field>
    </Disclosure>
  );
}

function ViberFields(props: RichFieldsProps & { readonly isCode: boolean }) {
  const t = useTranslations("templates.rich");
  const { content, onContent, problemAt, isCode, viberFollows } = props;
  const { viber } = content;
  const set = (change: Partial<TemplateContent["viber"]>) => onContent({ ...content, viber: { ...viber, ...change } });
  if (isCode) return <p className="text-text-2">{t("viberCode")}</p>;
  const inherited = problemAt("viber.imageUrl") ?? problemAt("viber.button.label") ?? problemAt("viber.button.url");
  return (
    <div className="flex flex-col gap-4">
      <Checkbox
        label={t("viberSame")}
        hint={t("viberSameHint")}
        checked={viberFollows}
        onChange={(event) => props.onViberFollows(event.target.checked)}
      />
      {viberFollows ? (
        inherited ? (
          <FormError>{inherited}</FormError>
        ) : null
      ) : (
        <>
          <PictureField
            label={t("picture")}
            value={viber.imageUrl}
            onChange={(imageUrl) => set({ imageUrl })}
            error={problemAt("viber.imageUrl")}
          />
          <ButtonFields<LinkButton>
            legend={t("button")}
            buttons={viber.button === null ? [] : [viber.button]}
            onChange={(buttons) => set({ button: buttons[0] ?? null })}
            most={1}
            labelLimit={TEMPLATE_LIMITS.viberButtonLabel}
            add={{ link: blankLink }}
            linksAllowed
            errorAt={(_, field) => problemAt(`viber.button.${field}`)}
          />
        </>
      )}
    </div>
  );
}
