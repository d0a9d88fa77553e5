"use client";

import { PlugZap } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState, useTransition, type FormEvent, type ReactNode } from "react";
import type { z } from "zod";
import { Button } from "@/components/ui/button";
import { Disclosure } from "@/components/ui/disclosure";
import { Field } from "@/components/ui/field";
import { FormError } from "@/components/ui/form-error";
import { Input } from "@/components/ui/input";
import type { ClientError } from "@/lib/schemas/action-result";
import type { ConnectionKind } from "@/lib/schemas/connection";
import { fieldErrors } from "@/lib/schemas/field-errors";
import { DetailField } from "./detail-field";
import { KIND_FIELDS, pathOf, type FormField } from "./form-fields";
import { toDetails, toNumber, toPrefixes, type FormValues } from "./form-values";
import { useCheck } from "./use-check";
import { VerdictNote } from "./verdict-note";

type ConnectionFormProps<Schema extends z.ZodType> = {
  readonly kind: ConnectionKind;
  readonly initial: FormValues;
  /** Null: not saved yet. */
  readonly connectionId: string | null;
  readonly storedSecrets: readonly string[];
  readonly secretsAt: string | null;
  readonly schema: Schema;
  /** What the schema asks for besides name, speed and details. */
  readonly extra: object;
  readonly saveLabel: string;
  readonly onSave: (input: z.input<Schema>, values: FormValues) => Promise<ClientError | null>;
  readonly aside?: ReactNode;
};

/** Fields with their help, judged as they are left; tried without saving; saved. */
export function ConnectionForm<Schema extends z.ZodType>(props: ConnectionFormProps<Schema>) {
  const { kind, storedSecrets, schema } = props;
  const t = useTranslations("connections");
  const tErrors = useTranslations("errors");
  const [values, setValues] = useState(props.initial);
  const [shown, setShown] = useState<ReadonlySet<string> | "all">(new Set());
  const [answer, setAnswer] = useState<ClientError | null>(null);
  const [isSaving, startSaving] = useTransition();
  const check = useCheck();

  const details = toDetails(kind, values, storedSecrets);
  const common = { name: values.name, ratePerSecond: toNumber(values.ratePerSecond) };
  const input = { ...props.extra, ...common, prefixes: toPrefixes(values.prefixes), details };
  const parsed = schema.safeParse(input);
  const problems = parsed.success ? {} : fieldErrors(parsed.error);
  const errorAt = (path: string): string | undefined => {
    const key = problems[path];
    if (key !== undefined && (shown === "all" || shown.has(path))) return tErrors(key);
    return answer?.fields[path];
  };
  const show = (path: string) => setShown((before) => (before === "all" ? before : new Set([...before, path])));
  const change = (next: Partial<FormValues>) => {
    setValues((before) => ({ ...before, ...next }));
    setAnswer(null);
    check.forget();
  };
  const setField = (name: string, value: string) => change({ fields: { ...values.fields, [name]: value } });

  function submit(event: FormEvent) {
    event.preventDefault();
    setShown("all");
    if (!parsed.success) return;
    startSaving(async () => setAnswer(await props.onSave(input as z.input<Schema>, values)));
  }

  async function tryIt() {
    setShown("all");
    if (Object.keys(problems).some((path) => path.startsWith("details."))) return;
    const request = { connectionId: props.connectionId, details } as Parameters<typeof check.run>[0];
    setAnswer(await check.run(request));
  }

  const fieldOf = (field: FormField) => (
    <DetailField
      key={field.name}
      field={field}
      value={values.fields[field.name] ?? ""}
      error={errorAt(pathOf(field))}
      storedAt={storedSecrets.includes(field.name) ? props.secretsAt : null}
      isDropped={values.dropped.includes(field.name)}
      onChange={(value) => setField(field.name, value)}
      onBlur={() => show(pathOf(field))}
      onDrop={(isDropped) => change({ dropped: isDropped ? [field.name] : [] })}
    />
  );
  const { main, more } = KIND_FIELDS[kind];
  const isMoreWrong = shown === "all" && more.some((field) => problems[pathOf(field)] !== undefined);
  return (
    <form onSubmit={submit} noValidate autoComplete="off" className="flex flex-col gap-5">
      <div className="grid gap-x-5 gap-y-4 sm:grid-cols-2">
        <Field label={t("form.name")} hint={t("form.nameHint")} error={errorAt("name")} required>
          <Input
            value={values.name}
            maxLength={80}
            onChange={(event) => change({ name: event.target.value })}
            onBlur={() => show("name")}
          />
        </Field>
        <Field label={t("form.rate")} hint={t("form.rateHint")} error={errorAt("ratePerSecond")} required>
          <Input
            inputMode="numeric"
            value={values.ratePerSecond}
            onChange={(event) => change({ ratePerSecond: event.target.value })}
            onBlur={() => show("ratePerSecond")}
          />
        </Field>
        {main.map(fieldOf)}
        <Field label={t("form.prefixes")} hint={t("form.prefixesHint")} error={errorAt("prefixes")} optional>
          <Input
            value={values.prefixes}
            autoComplete="off"
            spellCheck={false}
            className="tabular"
            onChange={(event) => change({ prefixes: event.target.value })}
            onBlur={() => show("prefixes")}
          />
        </Field>
      </div>
      <Disclosure key={String(isMoreWrong)} summary={t("form.more")} defaultOpen={isMoreWrong}>
        <div className="grid gap-x-5 gap-y-4 sm:grid-cols-2">{more.map(fieldOf)}</div>
      </Disclosure>
      {check.verdict === null ? null : <VerdictNote verdict={check.verdict} />}
      {answer === null ? null : <FormError announce>{answer.message}</FormError>}
      {shown === "all" && !parsed.success && answer === null ? (
        <FormError announce>{tErrors("invalidInput")}</FormError>
      ) : null}
      <div className="border-line flex flex-wrap items-center gap-2 border-t pt-4">
        <Button type="submit" variant="primary" pending={isSaving}>
          {props.saveLabel}
        </Button>
        <Button icon={<PlugZap aria-hidden />} pending={check.isPending} onClick={() => void tryIt()}>
          {t("check.action")}
        </Button>
        {props.aside}
        <span className="text-text-3 text-sm">{t("check.done")}</span>
      </div>
    </form>
  );
}
