"use client";

import { Check } from "lucide-react";
import Link from "next/link";
import { DropdownMenu as RadixMenu } from "radix-ui";
import type { ReactNode } from "react";
import { cn } from "./cn";
import { POPOVER_CLASS } from "./popover";

type DropdownMenuProps = {
  readonly trigger: ReactNode;
  readonly children: ReactNode;
  readonly align?: "start" | "center" | "end";
  readonly side?: "top" | "right" | "bottom" | "left";
  readonly className?: string;
};

export function DropdownMenu({ trigger, children, align = "end", side = "bottom", className }: DropdownMenuProps) {
  return (
    <RadixMenu.Root modal={false}>
      <RadixMenu.Trigger asChild>{trigger}</RadixMenu.Trigger>
      <RadixMenu.Portal>
        <RadixMenu.Content
          align={align}
          side={side}
          sideOffset={6}
          collisionPadding={8}
          className={cn(POPOVER_CLASS, "min-w-48 p-1", className)}
        >
          {children}
        </RadixMenu.Content>
      </RadixMenu.Portal>
    </RadixMenu.Root>
  );
}

const ITEM_CLASS =
  "flex min-h-8 w-full items-center gap-2.5 rounded-md px-2.5 py-1.5 text-left text-base no-underline outline-none select-none cursor-pointer pointer-coarse:min-h-11 data-[highlighted]:bg-surface-2 data-[disabled]:cursor-not-allowed data-[disabled]:opacity-50 [&_svg]:size-4 [&_svg]:shrink-0";

type MenuItemProps = {
  readonly children: ReactNode;
  readonly icon?: ReactNode;
  readonly onSelect?: () => void;
  readonly href?: string;
  readonly tone?: "normal" | "danger";
  readonly disabled?: boolean;
  /** At the right: a shortcut, a count. */
  readonly aside?: ReactNode;
};

export function MenuItem({ children, icon, onSelect, href, tone = "normal", disabled = false, aside }: MenuItemProps) {
  const className = cn(ITEM_CLASS, tone === "danger" ? "text-bad" : "text-text");
  const content = (
    <>
      {icon ? <span className={cn(tone === "normal" && "text-text-2")}>{icon}</span> : null}
      <span className="min-w-0 flex-1">{children}</span>
      {aside ? <span className="text-text-3 text-xs">{aside}</span> : null}
    </>
  );
  if (href !== undefined) {
    return (
      <RadixMenu.Item asChild disabled={disabled}>
        <Link href={href} className={className}>
          {content}
        </Link>
      </RadixMenu.Item>
    );
  }
  return (
    <RadixMenu.Item disabled={disabled} onSelect={onSelect} className={className}>
      {content}
    </RadixMenu.Item>
  );
}

type MenuRadioGroupProps<Value extends string> = {
  readonly label: string;
  readonly value: Value;
  readonly options: readonly { readonly value: Value; readonly label: ReactNode; readonly lang?: string }[];
  readonly onChange: (value: Value) => void;
};

export function MenuRadioGroup<Value extends string>({ label, value, options, onChange }: MenuRadioGroupProps<Value>) {
  return (
    <RadixMenu.RadioGroup aria-label={label} value={value}>
      <RadixMenu.Label className="text-text-3 px-2.5 pt-2 pb-1 text-2xs font-[550]">{label}</RadixMenu.Label>
      {options.map((option) => (
        <RadixMenu.RadioItem
          key={option.value}
          value={option.value}
          onSelect={(event) => {
            event.preventDefault();
            onChange(option.value);
          }}
          className={ITEM_CLASS}
        >
          <span className="min-w-0 flex-1" lang={option.lang}>
            {option.label}
          </span>
          <RadixMenu.ItemIndicator>
            <Check aria-hidden className="text-accent" />
          </RadixMenu.ItemIndicator>
        </RadixMenu.RadioItem>
      ))}
    </RadixMenu.RadioGroup>
  );
}

export function MenuSeparator() {
  return <RadixMenu.Separator className="bg-line -mx-1 my-1 h-px" />;
}
