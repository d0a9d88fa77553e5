"use client";

import { useTranslations } from "next-intl";
import { Combobox } from "@/components/ui/combobox";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { RadioCards } from "@/components/ui/radio-cards";
import type { AudiencePickerItem } from "@/lib/schemas/audiences";

export type TargetChoice = {
  readonly kind: "new" | "existing";
  readonly name: string;
  readonly audienceId: string | null;
};

type ImportTargetFieldsProps = {
  readonly choice: TargetChoice;
  readonly audiences: readonly AudiencePickerItem[];
  readonly onChange: (choice: TargetChoice) => void;
  readonly error: string | null;
};

export function ImportTargetFields({ choice, audiences, onChange, error }: ImportTargetFieldsProps) {
  const t = useTranslations("imports");
  const tCommon = useTranslations("common");
  return (
    <div className="flex flex-col gap-4">
      <RadioCards
        legend={t("target.title")}
        legendHidden
        name="target"
        columns={2}
        value={choice.kind}
        onChange={(kind) => onChange({ ...choice, kind })}
        options={[
          { value: "new", label: t("target.new"), hint: t("target.newHint") },
          {
            value: "existing",
            label: t("target.existing"),
            hint: t("target.existingHint"),
            disabled: audiences.length === 0,
          },
        ]}
      />
      {choice.kind === "new" ? (
        <Field label={t("target.name")} error={error} required className="max-w-lg">
          <Input
            value={choice.name}
            maxLength={120}
            onChange={(event) => onChange({ ...choice, name: event.target.value })}
          />
        </Field>
      ) : (
        <Field label={t("target.audience")} error={error} required className="max-w-lg">
          <Combobox
            placeholder={t("target.choose")}
            value={choice.audienceId}
            onChange={(audienceId) => onChange({ ...choice, audienceId })}
            options={audiences.map((audience) => ({
              value: audience.id,
              label: audience.name,
              hint: tCommon("count.people", { count: audience.people }),
            }))}
          />
        </Field>
      )}
    </div>
  );
}
