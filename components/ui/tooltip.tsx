"use client";

import { Tooltip as RadixTooltip } from "radix-ui";
import type { ReactNode } from "react";

type TooltipProps = {
  /** One focusable element. */
  readonly children: ReactNode;
  readonly text: ReactNode;
  readonly side?: "top" | "right" | "bottom" | "left";
};

/** Only for what is nice to know: touch screens never show it. */
export function Tooltip({ children, text, side = "top" }: TooltipProps) {
  return (
    <RadixTooltip.Provider delayDuration={300}>
      <RadixTooltip.Root>
        <RadixTooltip.Trigger asChild>{children}</RadixTooltip.Trigger>
        <RadixTooltip.Portal>
          <RadixTooltip.Content
            side={side}
            sideOffset={6}
            collisionPadding={8}
            className="animate-fade-in bg-text text-bg z-60 max-w-72 rounded-md px-2.5 py-1.5 text-xs"
          >
            {text}
          </RadixTooltip.Content>
        </RadixTooltip.Portal>
      </RadixTooltip.Root>
    </RadixTooltip.Provider>
  );
}
