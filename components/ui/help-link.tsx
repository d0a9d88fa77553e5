import { CircleHelp } from "lucide-react";
import { useTranslations } from "next-intl";
import Link from "next/link";
import { cn } from "./cn";

type HelpLinkProps = {
  /** The page's name under /help. */
  readonly topic: string;
  /** What it explains, for screen readers and on hover: "What is a segment". */
  readonly label?: string;
  /** Shows the label beside the sign. */
  readonly withText?: boolean;
  readonly className?: string;
};

/** A small question mark where a question arises; opens the topic in a new tab, so no form is lost. */
export function HelpLink({ topic, label, withText = false, className }: HelpLinkProps) {
  const t = useTranslations("common");
  const text = label ?? t("help");
  return (
    <Link
      href={`/help/${topic}`}
      target="_blank"
      prefetch={false}
      title={withText ? undefined : text}
      className={cn(
        "text-text-3 hover:text-text relative inline-flex items-center gap-1 rounded-full text-xs no-underline pointer-coarse:after:absolute pointer-coarse:after:-inset-3",
        className,
      )}
    >
      <CircleHelp aria-hidden className="size-3.5" />
      <span className={cn(!withText && "sr-only")}>{text}</span>
      <span className="sr-only">{t("opensNewTab")}</span>
    </Link>
  );
}
