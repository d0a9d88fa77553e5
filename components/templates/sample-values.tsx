"use client";

import { useTranslations } from "next-intl";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import type { TemplateVariable } from "@/lib/schemas/templates";

type SampleValuesProps = {
  readonly names: readonly string[];
  readonly variables: readonly TemplateVariable[];
  /** Those that someone has typed; the others show the contacts' own example. */
  readonly values: Readonly<Record<string, string>>;
  readonly onChange: (name: string, value: string) => void;
};

/** Whose eyes the previews are seen with. "Longest" shows what the longest value of all contacts does to the SMS. */
export function SampleValues({ names, variables, values, onChange }: SampleValuesProps) {
  const t = useTranslations("templates.samples");
  if (names.length === 0) return null;
  const known = new Map(variables.map((variable) => [variable.name, variable]));
  return (
    <Card title={t("title")} sub={t("sub")}>
      <div className="flex flex-col gap-2.5">
        {names.map((name) => {
          const variable = known.get(name);
          return (
            <Field
              key={name}
              label={<code className="font-mono text-xs">{name}</code>}
              aside={
                variable?.longest ? (
                  <Button size="sm" variant="ghost" onClick={() => onChange(name, variable.longest)}>
                    {t("longest")}
                  </Button>
                ) : undefined
              }
            >
              <Input
                maxLength={200}
                value={values[name] ?? variable?.example ?? ""}
                placeholder={t("none")}
                onChange={(event) => onChange(name, event.target.value)}
              />
            </Field>
          );
        })}
      </div>
    </Card>
  );
}
