"use client";

import { Braces } from "lucide-react";
import { useFormatter, useTranslations } from "next-intl";
import { Popover as RadixPopover } from "radix-ui";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { POPOVER_CLASS } from "@/components/ui/popover";
import type { TemplateVariable } from "@/lib/schemas/templates";
import { placeholder } from "./editor-content";

type VariableMenuProps = {
  readonly variables: readonly TemplateVariable[];
  readonly onInsert: (placeholder: string) => void;
};

/** Chooses a variable and, because not everyone has every one, what to say instead. */
export function VariableMenu({ variables, onInsert }: VariableMenuProps) {
  const t = useTranslations("templates.variables");
  const [open, setOpen] = useState(false);
  return (
    <RadixPopover.Root open={open} onOpenChange={setOpen}>
      <RadixPopover.Trigger asChild>
        <Button size="sm" icon={<Braces aria-hidden />}>
          {t("insert")}
        </Button>
      </RadixPopover.Trigger>
      <RadixPopover.Portal>
        <RadixPopover.Content
          align="end"
          sideOffset={6}
          collisionPadding={8}
          aria-label={t("insert")}
          className={cn(POPOVER_CLASS, "w-80 p-3")}
        >
          <VariableForm
            variables={variables}
            onInsert={(text) => {
              onInsert(text);
              setOpen(false);
            }}
          />
        </RadixPopover.Content>
      </RadixPopover.Portal>
    </RadixPopover.Root>
  );
}

function VariableForm({ variables, onInsert }: VariableMenuProps) {
  const t = useTranslations("templates.variables");
  const format = useFormatter();
  const [name, setName] = useState(variables[0]?.name ?? "first_name");
  const [spare, setSpare] = useState("");
  const insert = () => onInsert(placeholder(name, spare));
  return (
    <div className="flex flex-col gap-3">
      <div role="radiogroup" aria-label={t("choose")} className="flex max-h-52 flex-col gap-0.5 overflow-y-auto">
        {variables.map((variable) => (
          <label
            key={variable.name}
            className="hover:bg-surface-2 has-checked:bg-accent-soft has-focus-visible:outline-accent-2 flex items-baseline gap-2 rounded-md px-2 py-1 has-focus-visible:outline-2"
          >
            <input
              type="radio"
              name="variable"
              className="sr-only"
              checked={variable.name === name}
              onChange={() => setName(variable.name)}
            />
            <code className="font-mono text-xs font-[600]">{variable.name}</code>
            <span className="text-text-3 min-w-0 flex-1 truncate text-xs">{variable.example}</span>
            <span className="text-text-3 tabular text-xs">
              {variable.filledShare > 0
                ? t("have", { share: format.number(variable.filledShare, "percent") })
                : t("nobody")}
            </span>
          </label>
        ))}
      </div>
      <Field label={t("spare")} hint={t("spareHint")}>
        <Input
          value={spare}
          maxLength={80}
          onChange={(event) => setSpare(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter") return;
            event.preventDefault();
            insert();
          }}
        />
      </Field>
      <Button variant="primary" size="sm" onClick={insert} className="max-w-full">
        <span className="truncate">{t("insertThis", { placeholder: placeholder(name, spare) })}</span>
      </Button>
    </div>
  );
}
