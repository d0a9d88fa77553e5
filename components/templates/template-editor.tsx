"use client";

import { usedVariables } from "@/lib/domain/template/used-variables";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { Card } from "@/components/ui/card";
import { Field } from "@/components/ui/field";
import { FormError } from "@/components/ui/form-error";
import { Input } from "@/components/ui/input";
import { LinkButton } from "@/components/ui/link-button";
import { Select } from "@/components/ui/select";
import { measureSms } from "@/lib/domain/sms/segments";
import { TEMPLATE_LIMITS } from "@/lib/domain/template/check-content";
import { renderForChannel } from "@/lib/domain/template/render";
import { CATEGORIES, type Category } from "@/lib/domain/vocabulary";
import type { TemplateDetail, TemplateVariable } from "@/lib/schemas/templates";
import { ChannelPreview } from "./channel-preview";
import { withCategory } from "./editor-content";
import { LanguageSelect } from "./language-select";
import { RichFields } from "./rich-fields";
import { SampleValues } from "./sample-values";
import { useOutgoingSms } from "./sms-encoding";
import { SmsField } from "./sms-field";
import type { TemplateActions } from "./template-actions";
import { TextWithVariables } from "./text-with-variables";
import { useTemplateForm } from "./use-template-form";

type TemplateEditorProps = {
  /** null: a new one. */
  readonly template: TemplateDetail | null;
  /** Of a new one. */
  readonly language: string;
  readonly variables: readonly TemplateVariable[];
  readonly actions: TemplateActions;
};

export function TemplateEditor({ template, language, variables, actions }: TemplateEditorProps) {
  const t = useTranslations("templates");
  const tc = useTranslations("common");
  const editor = useTemplateForm(template, language, actions);
  const { form, change, problemAt } = editor;
  const { content } = form;
  const [samples, setSamples] = useState<Readonly<Record<string, string>>>({});
  const known = Object.fromEntries(variables.map(({ name, example }) => [name, example]));
  const values = { ...known, ...samples };
  return (
    <form
      method="post"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void editor.save();
      }}
      className="grid items-start gap-4 lg:grid-cols-[minmax(0,1.35fr)_minmax(0,1fr)]"
    >
      <div className="flex min-w-0 flex-col gap-4">
        <Card title={t("editor.what")}>
          <div className="grid gap-4 sm:grid-cols-2">
            <Field label={t("editor.name")} error={editor.nameError} required className="sm:col-span-2">
              <Input maxLength={120} value={form.name} onChange={(event) => change({ name: event.target.value })} />
            </Field>
            <Field label={t("editor.category")} hint={t(`editor.categoryHint.${content.category}`)}>
              <Select
                value={content.category}
                onChange={(event) => change({ content: withCategory(content, event.target.value as Category) })}
              >
                {CATEGORIES.toReversed().map((category) => (
                  <option key={category} value={category}>
                    {tc(`category.${category}`)}
                  </option>
                ))}
              </Select>
            </Field>
            <Field label={t("editor.language")} error={problemAt("language")} hint={t("editor.languageHint")}>
              <LanguageSelect
                value={content.language}
                onChange={(next) => change({ content: { ...content, language: next } })}
              />
            </Field>
          </div>
        </Card>
        <Card title={t("editor.text")} sub={t("editor.textSub")}>
          <TextWithVariables
            label={t("editor.body")}
            value={content.body}
            lang={content.language}
            maxLength={4000}
            variables={variables}
            error={problemAt("body")}
            required
            hint={t("editor.bodyCount", { used: content.body.length, limit: TEMPLATE_LIMITS.viberBody })}
            onChange={(body) => change({ content: { ...content, body } })}
          />
        </Card>
        <RichFields
          content={content}
          viberFollows={form.viberFollows}
          onContent={(next) => change({ content: next })}
          onViberFollows={(viberFollows) => change({ viberFollows })}
          onWhatsAppName={(templateName) =>
            change({ nameFollows: false, content: { ...content, whatsapp: { ...content.whatsapp, templateName } } })
          }
          problemAt={problemAt}
        />
        <SmsField
          content={content}
          onChange={(next) => change({ content: next })}
          variables={variables}
          values={values}
          error={problemAt("sms.text")}
        />
      </div>
      <aside aria-label={t("preview.title")} className="flex min-w-0 flex-col gap-4 lg:sticky lg:top-4">
        <Previews content={content} values={values} />
        <SampleValues
          names={usedVariables(content)}
          variables={variables}
          values={samples}
          onChange={(name, value) => setSamples((old) => ({ ...old, [name]: value }))}
        />
        <SaveBar editor={editor} isNew={template === null} templateId={template?.id ?? null} />
      </aside>
    </form>
  );
}

type PreviewsProps = {
  readonly content: TemplateDetail["content"];
  readonly values: Readonly<Record<string, string>>;
};

export function Previews({ content, values }: PreviewsProps) {
  const t = useTranslations("templates.preview");
  const tc = useTranslations("common");
  const outgoing = useOutgoingSms();
  const sms = renderForChannel(content, "sms", values, { ttlSeconds: 90, validitySeconds: null });
  return (
    <Card title={t("title")} sub={t("sub")}>
      <div className="grid gap-3 sm:grid-cols-2">
        <ChannelPreview channel="whatsapp" content={content} values={values} />
        <ChannelPreview channel="viber" content={content} values={values} />
        <ChannelPreview
          channel="sms"
          content={content}
          values={values}
          note={tc("count.segments", { count: measureSms(outgoing(sms.text)).segments })}
          className="sm:col-span-2"
        />
      </div>
    </Card>
  );
}

type SaveBarProps = {
  readonly editor: ReturnType<typeof useTemplateForm>;
  readonly isNew: boolean;
  readonly templateId: string | null;
};

function SaveBar({ editor, isNew, templateId }: SaveBarProps) {
  const t = useTranslations("templates");
  const isConflict = editor.error?.code === "conflict" && templateId !== null;
  return (
    <div className="border-line bg-surface shadow-card sticky bottom-2 z-10 flex flex-col gap-3 rounded-xl border p-3 sm:px-4">
      {isConflict ? (
        <Callout
          tone="warn"
          announce
          title={editor.error?.message}
          actions={
            <>
              <LinkButton size="sm" href={`/templates/${templateId}`} target="_blank">
                {t("conflict.look")}
              </LinkButton>
              <Button size="sm" onClick={() => void editor.takeNewestAsBase()}>
                {t("conflict.keepMine")}
              </Button>
            </>
          }
        >
          {t("conflict.text")}
        </Callout>
      ) : editor.error ? (
        <FormError announce>{editor.error.message}</FormError>
      ) : null}
      {editor.problemCount > 0 ? (
        <FormError announce>{t("editor.problems", { count: editor.problemCount })}</FormError>
      ) : null}
      <div className="flex flex-wrap items-center gap-3">
        <p className="text-text-3 min-w-0 flex-1 text-xs">
          {isNew
            ? t("editor.newNote")
            : editor.dirty
              ? t("editor.unsaved")
              : t("editor.version", { version: editor.baseVersion })}
        </p>
        <Button type="submit" variant="primary" pending={editor.pending}>
          {isNew ? t("editor.create") : t("editor.save", { version: editor.baseVersion + 1 })}
        </Button>
      </div>
    </div>
  );
}
