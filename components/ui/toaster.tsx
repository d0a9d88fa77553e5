"use client";

import { CircleAlert, CircleCheck, Info, TriangleAlert } from "lucide-react";
import { useTranslations } from "next-intl";
import { Toaster as Sonner } from "sonner";

/** One per page, in the root layout; `toast` from "sonner" puts messages into it. */
export function Toaster() {
  const t = useTranslations("common");
  return (
    <Sonner
      position="bottom-right"
      containerAriaLabel={t("notifications")}
      closeButton
      toastOptions={{
        unstyled: true,
        closeButtonAriaLabel: t("close"),
        classNames: {
          toast:
            "relative flex w-full sm:w-90 items-start gap-2.5 rounded-xl border border-line bg-surface px-4 py-3 pr-10 text-base text-text shadow-pop font-sans",
          title: "font-[550]",
          description: "text-text-2 text-sm",
          icon: "mt-0.5 shrink-0 [&_svg]:size-4.5",
          actionButton: "link ml-auto shrink-0",
          closeButton:
            "absolute top-2.5 right-2.5 grid size-6 place-items-center rounded-md text-text-3 hover:bg-surface-2 hover:text-text [&_svg]:size-3.5",
        },
      }}
      icons={{
        success: <CircleCheck aria-hidden className="text-ok" />,
        error: <CircleAlert aria-hidden className="text-bad" />,
        warning: <TriangleAlert aria-hidden className="text-warn" />,
        info: <Info aria-hidden className="text-text-2" />,
      }}
    />
  );
}
