import { ChevronLeft, ChevronRight } from "lucide-react";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { LinkButton } from "./link-button";

type PaginationKeysetProps = {
  /** Addresses of the neighbouring pages; `null` at an end. */
  readonly newerHref: string | null;
  readonly olderHref: string | null;
  /** What is shown: "50 messages, 22 Nov 09:00 – 10:14". */
  readonly summary?: ReactNode;
};

/** Keyset pages have neighbours, not numbers. Nothing is drawn when everything fits on one page. */
export function PaginationKeyset({ newerHref, olderHref, summary }: PaginationKeysetProps) {
  const t = useTranslations("common");
  if (newerHref === null && olderHref === null && !summary) return null;
  return (
    <nav aria-label={t("pages")} className="flex flex-wrap items-center justify-between gap-2 px-4 py-3 sm:px-5">
      <span className="text-text-3 text-xs">{summary}</span>
      <span className="flex gap-2">
        {newerHref === null ? null : (
          <LinkButton size="sm" href={newerHref} icon={<ChevronLeft aria-hidden />} rel="prev">
            {t("newer")}
          </LinkButton>
        )}
        {olderHref === null ? null : (
          <LinkButton size="sm" href={olderHref} rel="next">
            {t("older")}
            <ChevronRight aria-hidden />
          </LinkButton>
        )}
      </span>
    </nav>
  );
}
