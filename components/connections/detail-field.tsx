"use client";

import { RefreshCw } from "lucide-react";
import { useFormatter, useTranslations } from "next-intl";
import { Button } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/checkbox";
import { CopyButton } from "@/components/ui/copy-button";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { Switch } from "@/components/ui/switch";
import { Textarea } from "@/components/ui/textarea";
import type { FormField } from "./form-fields";
import { makeVerifyToken } from "./form-values";

type DetailFieldProps = {
  readonly field: FormField;
  readonly value: string;
  readonly error: string | undefined;
  /** When the secret was set; null: none is stored. */
  readonly storedAt: string | null;
  readonly isDropped: boolean;
  readonly onChange: (value: string) => void;
  readonly onBlur: () => void;
  readonly onDrop: (isDropped: boolean) => void;
};

/** One setting of a kind, with its help. */
export function DetailField(props: DetailFieldProps) {
  const t = useTranslations("connections");
  const format = useFormatter();
  const { field, error, storedAt } = props;
  const set =
    storedAt === null ? "" : ` ${t("form.storedSecret", { date: format.dateTime(new Date(storedAt), "day") })}`;
  return (
    <div className="flex min-w-0 flex-col gap-2">
      <Field
        label={t(`field.${field.name}.label`)}
        hint={`${t(`field.${field.name}.hint`)}${set}`}
        error={error}
        required={field.optional !== true && storedAt === null && field.type !== "switch"}
        optional={field.optional === true}
      >
        <Control {...props} />
      </Field>
      {field.type === "secret" && field.optional && storedAt !== null ? (
        <Checkbox
          checked={props.isDropped}
          onChange={(event) => props.onDrop(event.target.checked)}
          label={t("form.noKey")}
        />
      ) : null}
    </div>
  );
}

function Control({ field, value, storedAt, isDropped, onChange, onBlur }: DetailFieldProps) {
  const t = useTranslations("connections");
  const common = { value, onBlur };
  switch (field.type) {
    case "switch":
      return <Switch checked={value === "on"} onCheckedChange={(checked) => onChange(checked ? "on" : "")} />;
    case "select":
      return (
        <Select {...common} onChange={(event) => onChange(event.target.value)}>
          {field.options.map((option) => (
            <option key={option} value={option}>
              {t(`option.${field.name}.${option}`)}
            </option>
          ))}
        </Select>
      );
    case "area":
    case "list":
      return (
        <Textarea
          {...common}
          rows={4}
          spellCheck={false}
          className="font-mono text-xs"
          onChange={(event) => onChange(event.target.value)}
        />
      );
    case "token":
      return <TokenControl value={value} storedAt={storedAt} onChange={onChange} />;
    case "secret":
      return (
        <Input
          {...common}
          type="password"
          autoComplete="new-password"
          spellCheck={false}
          disabled={isDropped}
          placeholder={storedAt === null ? undefined : t("form.storedPlaceholder")}
          onChange={(event) => onChange(event.target.value)}
        />
      );
    case "number":
      return (
        <Input
          {...common}
          inputMode="numeric"
          autoComplete="off"
          className="tabular"
          suffix={field.unit === "seconds" ? t("seconds") : undefined}
          onChange={(event) => onChange(event.target.value)}
        />
      );
    case "text":
      return (
        <Input {...common} autoComplete="off" spellCheck={false} onChange={(event) => onChange(event.target.value)} />
      );
  }
}

type TokenControlProps = Pick<DetailFieldProps, "value" | "storedAt" | "onChange">;

/** Made here and shown while it is new, since it has to be pasted elsewhere. */
function TokenControl({ value, storedAt, onChange }: TokenControlProps) {
  const t = useTranslations("connections");
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Input
        value={value}
        autoComplete="off"
        spellCheck={false}
        className="min-w-48 flex-1 font-mono text-xs"
        placeholder={storedAt === null ? undefined : t("form.storedPlaceholder")}
        onChange={(event) => onChange(event.target.value)}
      />
      {value === "" ? null : <CopyButton text={value} what={t("form.verifyTitle")} />}
      <Button size="sm" icon={<RefreshCw aria-hidden />} onClick={() => onChange(makeVerifyToken())}>
        {t("form.makeNew")}
      </Button>
    </div>
  );
}
