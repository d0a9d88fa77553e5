"use client";

import { Tabs as RadixTabs } from "radix-ui";
import type { ReactNode } from "react";
import { cn } from "./cn";

export type Tab = {
  readonly value: string;
  readonly label: ReactNode;
  readonly content: ReactNode;
  readonly disabled?: boolean;
};

type TabsProps = {
  readonly label: string;
  readonly tabs: readonly Tab[];
  readonly value?: string;
  readonly defaultValue?: string;
  readonly onValueChange?: (value: string) => void;
  /** Hidden panels stay in the page: needed when each holds fields of one form. */
  readonly keepMounted?: boolean;
  readonly className?: string;
};

export function Tabs({ label, tabs, keepMounted = false, className, ...rest }: TabsProps) {
  return (
    <RadixTabs.Root
      {...rest}
      {...(rest.value === undefined ? { defaultValue: rest.defaultValue ?? tabs[0]?.value ?? "" } : {})}
      className={cn("min-w-0", className)}
    >
      <RadixTabs.List aria-label={label} className="border-line flex gap-4 overflow-x-auto border-b">
        {tabs.map((tab) => (
          <RadixTabs.Trigger
            key={tab.value}
            value={tab.value}
            disabled={tab.disabled}
            className="text-text-2 hover:text-text data-[state=active]:border-accent-2 data-[state=active]:text-text -mb-px flex items-center gap-1.5 border-b-2 border-transparent px-0.5 py-2 text-sm font-[550] whitespace-nowrap outline-offset-[-2px] disabled:opacity-50 pointer-coarse:py-3"
          >
            {tab.label}
          </RadixTabs.Trigger>
        ))}
      </RadixTabs.List>
      {tabs.map((tab) => (
        <RadixTabs.Content
          key={tab.value}
          value={tab.value}
          {...(keepMounted ? { forceMount: true as const } : {})}
          className="pt-4 data-[state=inactive]:hidden"
        >
          {tab.content}
        </RadixTabs.Content>
      ))}
    </RadixTabs.Root>
  );
}
