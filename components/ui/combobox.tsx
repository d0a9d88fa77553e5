"use client";

import { Command } from "cmdk";
import { Check, ChevronsUpDown, X } from "lucide-react";
import { useTranslations } from "next-intl";
import { Popover as RadixPopover } from "radix-ui";
import { useId, useState, type ReactNode } from "react";
import { cn } from "./cn";
import { useFieldControl } from "./field-context";
import { CONTROL_CLASS } from "./input-styles";
import { POPOVER_CLASS } from "./popover";
import { Skeleton } from "./skeleton";

export type ComboboxOption = {
  readonly value: string;
  readonly label: string;
  /** Second line: size of an audience, category of a template. */
  readonly hint?: ReactNode;
  readonly keywords?: readonly string[];
  readonly disabled?: boolean;
};

type ComboboxProps = {
  readonly options: readonly ComboboxOption[];
  readonly value: string | null;
  readonly onChange: (value: string | null) => void;
  readonly placeholder: string;
  readonly searchPlaceholder?: string;
  /** When nothing matches. */
  readonly emptyText?: ReactNode;
  /** Given: the caller searches (on the server) and passes new options; else the list filters itself. */
  readonly onSearch?: (query: string) => void;
  readonly loading?: boolean;
  readonly clearable?: boolean;
  readonly disabled?: boolean;
  /** Adds a hidden input, for plain forms. */
  readonly name?: string;
  readonly id?: string;
  readonly "aria-label"?: string;
  /** Last row of the list: "New template". */
  readonly footer?: ReactNode;
  readonly className?: string;
};

export function Combobox(props: ComboboxProps) {
  const t = useTranslations("common");
  const [open, setOpen] = useState(false);
  const listId = useId();
  const control = useFieldControl(props);
  const chosen = props.options.find((option) => option.value === props.value);
  const choose = (value: string) => {
    props.onChange(value);
    setOpen(false);
  };
  return (
    <RadixPopover.Root open={open} onOpenChange={setOpen}>
      <div className={cn("relative", props.className)}>
        <RadixPopover.Trigger
          type="button"
          role="combobox"
          id={control.id}
          aria-label={props["aria-label"]}
          aria-expanded={open}
          aria-controls={listId}
          aria-describedby={control["aria-describedby"]}
          aria-invalid={control["aria-invalid"]}
          aria-required={control.required || undefined}
          disabled={props.disabled}
          className={cn(CONTROL_CLASS, "flex h-9 items-center justify-between gap-2 text-left pointer-coarse:h-11")}
        >
          <span className={cn("min-w-0 truncate", !chosen && "text-text-3", props.clearable && chosen && "pr-6")}>
            {chosen?.label ?? props.placeholder}
          </span>
          <ChevronsUpDown aria-hidden className="text-text-3 size-4 shrink-0" />
        </RadixPopover.Trigger>
        {props.clearable && chosen ? (
          <button
            type="button"
            aria-label={t("clearChoice")}
            onClick={() => props.onChange(null)}
            className="text-text-3 hover:text-text absolute top-1/2 right-8 grid size-6 -translate-y-1/2 place-items-center rounded-md"
          >
            <X aria-hidden className="size-3.5" />
          </button>
        ) : null}
        {props.name === undefined ? null : <input type="hidden" name={props.name} value={props.value ?? ""} />}
      </div>
      <RadixPopover.Portal>
        <RadixPopover.Content
          aria-label={props["aria-label"] ?? props.placeholder}
          align="start"
          sideOffset={4}
          collisionPadding={8}
          className={cn(POPOVER_CLASS, "w-(--radix-popover-trigger-width) min-w-64 p-0")}
        >
          <Command shouldFilter={props.onSearch === undefined} label={props.searchPlaceholder ?? t("search")}>
            <Command.Input
              placeholder={props.searchPlaceholder ?? t("search")}
              onValueChange={props.onSearch}
              className="border-line w-full border-b bg-transparent px-3 py-2.5 text-base outline-none pointer-coarse:text-lg"
            />
            <Command.List id={listId} className="max-h-72 overflow-y-auto overscroll-contain p-1">
              {props.loading ? (
                <Command.Loading label={t("loading")}>
                  <div className="flex flex-col gap-2 p-2">
                    <Skeleton className="h-4 w-3/4" />
                    <Skeleton className="h-4 w-1/2" />
                  </div>
                </Command.Loading>
              ) : (
                <Command.Empty className="text-text-3 px-3 py-6 text-center text-sm">
                  {props.emptyText ?? t("nothingFound")}
                </Command.Empty>
              )}
              {props.options.map((option) => (
                <ComboboxRow
                  key={option.value}
                  option={option}
                  chosen={option.value === props.value}
                  onChoose={choose}
                />
              ))}
            </Command.List>
            {props.footer ? <div className="border-line border-t p-1">{props.footer}</div> : null}
          </Command>
        </RadixPopover.Content>
      </RadixPopover.Portal>
    </RadixPopover.Root>
  );
}

type ComboboxRowProps = {
  readonly option: ComboboxOption;
  readonly chosen: boolean;
  readonly onChoose: (value: string) => void;
};

function ComboboxRow({ option, chosen, onChoose }: ComboboxRowProps) {
  return (
    <Command.Item
      value={option.value}
      keywords={[option.label, ...(option.keywords ?? [])]}
      disabled={option.disabled ?? false}
      onSelect={() => onChoose(option.value)}
      className="data-[selected=true]:bg-surface-2 flex cursor-pointer items-start gap-2 rounded-md px-2.5 py-2 data-[disabled=true]:cursor-not-allowed data-[disabled=true]:opacity-50"
    >
      <Check aria-hidden className={cn("text-accent mt-0.5 size-4 shrink-0", !chosen && "invisible")} />
      <span className="min-w-0">
        <span className="block truncate">{option.label}</span>
        {option.hint ? <span className="text-text-3 block text-xs">{option.hint}</span> : null}
      </span>
    </Command.Item>
  );
}
