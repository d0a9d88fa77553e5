"use client";

import { PencilLine, RotateCcw } from "lucide-react";
import { useTranslations } from "next-intl";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Checkbox } from "@/components/ui/checkbox";
import { HelpLink } from "@/components/ui/help-link";
import type { TemplateContent } from "@/lib/domain/template-content";
import { deriveSmsText } from "@/lib/domain/template/derive-sms";
import { fillVariables, type VariableValues } from "@/lib/domain/template/variables";
import type { TemplateVariable } from "@/lib/schemas/templates";
import { firstLink, lostInSms } from "./editor-content";
import { MarkedText } from "./marked-text";
import { SmsCounter } from "./sms-counter";
import { TextWithVariables } from "./text-with-variables";

type SmsFieldProps = {
  readonly content: TemplateContent;
  readonly onChange: (content: TemplateContent) => void;
  readonly variables: readonly TemplateVariable[];
  readonly values: VariableValues;
  readonly error?: string | undefined;
};

/** The SMS follows the body until someone edits it; from then on it stays as written, and says so. */
export function SmsField({ content, onChange, variables, values, error }: SmsFieldProps) {
  const t = useTranslations("templates.sms");
  const { sms } = content;
  const derived = deriveSmsText(content);
  const sample = fillVariables(derived, values).text.normalize("NFC");
  const lost = lostInSms(content);
  const hasLink = firstLink(content) !== null || content.viber.button !== null;
  const setSms = (change: Partial<TemplateContent["sms"]>) => onChange({ ...content, sms: { ...sms, ...change } });
  return (
    <Card
      title={t("title")}
      sub={t("sub")}
      actions={
        sms.text === null ? (
          <Button size="sm" icon={<PencilLine aria-hidden />} onClick={() => setSms({ text: derived })}>
            {t("edit")}
          </Button>
        ) : (
          <>
            <Badge tone="accent">{t("edited")}</Badge>
            <Button size="sm" icon={<RotateCcw aria-hidden />} onClick={() => setSms({ text: null })}>
              {t("deriveAgain")}
            </Button>
          </>
        )
      }
    >
      <div className="flex flex-col gap-3">
        {sms.text === null ? (
          <div
            className="border-line bg-surface-2 min-h-12 rounded-lg border px-3 py-2"
            lang={content.language}
            dir="auto"
          >
            {derived === "" ? <span className="text-text-3">{t("derivedEmpty")}</span> : <MarkedText text={derived} />}
          </div>
        ) : (
          <TextWithVariables
            label={t("text")}
            value={sms.text}
            lang={content.language}
            rows={3}
            maxLength={4000}
            variables={variables}
            error={error}
            onChange={(text) => setSms({ text })}
          />
        )}
        {sms.text === null && hasLink ? (
          <Checkbox
            label={t("keepLink")}
            hint={t("keepLinkHint")}
            checked={sms.keepLink}
            onChange={(event) => setSms({ keepLink: event.target.checked })}
          />
        ) : null}
        <SmsCounter text={sample} source={derived} onReplace={(text) => setSms({ text })} />
        {lost.length === 0 ? null : (
          <p className="text-text-2 flex flex-wrap items-center gap-x-1.5 text-xs">
            {t("loses", { what: lost.map((part) => t(`lost.${part}`)).join(", ") })}
            <HelpLink topic="sms-loses" label={t("losesHelp")} withText />
          </p>
        )}
      </div>
    </Card>
  );
}
