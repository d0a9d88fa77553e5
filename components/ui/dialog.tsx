"use client";

import { X } from "lucide-react";
import { useTranslations } from "next-intl";
import { Dialog as RadixDialog } from "radix-ui";
import type { ReactNode } from "react";
import { cn } from "./cn";
import { IconButton } from "./icon-button";

type DialogProps = {
  readonly open?: boolean;
  readonly onOpenChange?: (open: boolean) => void;
  /** One button; leave out when `open` is controlled. */
  readonly trigger?: ReactNode;
  readonly title: ReactNode;
  readonly description?: ReactNode;
  readonly children?: ReactNode;
  readonly footer?: ReactNode;
  readonly size?: "sm" | "md" | "lg";
  /** Cannot be closed while work is under way. */
  readonly busy?: boolean;
};

const SIZE = { sm: "sm:max-w-md", md: "sm:max-w-xl", lg: "sm:max-w-3xl" } as const;

/** In the middle on a desk, a sheet from below on a phone. */
export function Dialog({ size = "md", busy = false, ...props }: DialogProps) {
  const t = useTranslations("common");
  const keepOpen = (event: Event) => {
    if (busy) event.preventDefault();
  };
  return (
    <RadixDialog.Root
      {...(props.open === undefined ? {} : { open: props.open })}
      {...(props.onOpenChange ? { onOpenChange: props.onOpenChange } : {})}
    >
      {props.trigger ? <RadixDialog.Trigger asChild>{props.trigger}</RadixDialog.Trigger> : null}
      <RadixDialog.Portal>
        <RadixDialog.Overlay className="animate-fade-in bg-scrim fixed inset-0 z-40" />
        <RadixDialog.Content
          {...(props.description ? {} : { "aria-describedby": undefined })}
          onEscapeKeyDown={keepOpen}
          onPointerDownOutside={keepOpen}
          className={cn(
            "animate-sheet-in border-line bg-surface shadow-pop fixed inset-x-0 bottom-0 z-50 flex max-h-[92dvh] flex-col rounded-t-2xl border outline-none",
            "sm:animate-pop-in sm:inset-x-4 sm:top-[12vh] sm:bottom-auto sm:mx-auto sm:max-h-[76vh] sm:rounded-2xl",
            SIZE[size],
          )}
        >
          <div className="flex items-start gap-3 px-5 pt-4 pb-3">
            <div className="min-w-0 flex-1">
              <RadixDialog.Title className="text-lg font-[650] tracking-[-0.01em]">{props.title}</RadixDialog.Title>
              {props.description ? (
                <RadixDialog.Description className="text-text-2 mt-0.5">{props.description}</RadixDialog.Description>
              ) : null}
            </div>
            <RadixDialog.Close asChild>
              <IconButton label={t("close")} icon={<X aria-hidden />} disabled={busy} className="-mr-1.5" />
            </RadixDialog.Close>
          </div>
          {props.children ? <div className="min-h-0 flex-1 overflow-y-auto px-5 pb-4">{props.children}</div> : null}
          {props.footer ? (
            <div className="border-line flex flex-wrap justify-end gap-2 border-t px-5 py-3 pb-[max(12px,env(safe-area-inset-bottom))] max-sm:flex-col-reverse max-sm:*:w-full">
              {props.footer}
            </div>
          ) : null}
        </RadixDialog.Content>
      </RadixDialog.Portal>
    </RadixDialog.Root>
  );
}
