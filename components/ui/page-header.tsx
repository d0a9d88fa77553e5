import { ChevronRight } from "lucide-react";
import { useTranslations } from "next-intl";
import Link from "next/link";
import type { ReactNode } from "react";

export type Crumb = { readonly label: string; readonly href?: string };

type PageHeaderProps = {
  readonly title: ReactNode;
  /** Beside the title: the date, a number, a status badge. */
  readonly meta?: ReactNode;
  /** Under the title: one sentence at most. */
  readonly description?: ReactNode;
  readonly actions?: ReactNode;
  readonly crumbs?: readonly Crumb[];
};

export function PageHeader({ title, meta, description, actions, crumbs }: PageHeaderProps) {
  return (
    <header className="mb-4.5">
      {crumbs === undefined ? null : <Crumbs crumbs={crumbs} />}
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2.5">
        <h1 className="min-w-0 text-xl font-[650] tracking-[-0.015em] [overflow-wrap:anywhere]">{title}</h1>
        {meta === undefined ? null : (
          <div className="text-text-3 flex min-w-0 flex-wrap items-center gap-2">{meta}</div>
        )}
        {actions === undefined ? null : (
          <div data-print="hide" className="flex flex-wrap items-center gap-2 sm:ml-auto">
            {actions}
          </div>
        )}
      </div>
      {description === undefined ? null : <p className="text-text-2 mt-1 max-w-[70ch]">{description}</p>}
    </header>
  );
}

function Crumbs({ crumbs }: { readonly crumbs: readonly Crumb[] }) {
  const t = useTranslations("common");
  return (
    <nav aria-label={t("breadcrumbs")} className="text-text-3 mb-1.5 text-sm">
      <ol className="flex flex-wrap items-center gap-x-1">
        {crumbs.map((crumb, index) => (
          <li key={`${crumb.label}-${crumb.href ?? ""}`} className="flex min-w-0 items-center gap-1">
            {index === 0 ? null : <ChevronRight aria-hidden className="size-3.5 shrink-0" />}
            {crumb.href === undefined ? (
              <span aria-current="page" className="max-w-60 truncate">
                {crumb.label}
              </span>
            ) : (
              <Link
                href={crumb.href}
                className="hover:text-text max-w-60 truncate rounded-sm no-underline hover:underline"
              >
                {crumb.label}
              </Link>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}
