import { useTranslations } from "next-intl";
import { cn } from "@/components/ui/cn";

/** The state for those who cannot change it: looks like no control, and says the word. */
export function StateMark({ on }: { readonly on: boolean }) {
  const t = useTranslations("common");
  return (
    <span
      className={cn(
        "inline-flex h-[34px] items-center justify-self-start gap-2 rounded-full px-4 text-sm font-[650]",
        on ? "bg-accent-soft text-accent" : "bg-surface-2 text-text-2",
      )}
    >
      <span aria-hidden className={cn("size-2.5 rounded-full border-2 border-current", on && "bg-current")} />
      {t(on ? "on" : "off")}
    </span>
  );
}
