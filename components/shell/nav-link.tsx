"use client";

import { useTranslations } from "next-intl";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { isCurrent, type NavItem } from "./nav-items";

type NavLinkProps = { readonly item: NavItem; readonly note?: string | undefined; readonly onNavigate?: () => void };

export function NavLink({ item, note, onNavigate }: NavLinkProps) {
  const t = useTranslations("nav");
  const current = isCurrent(item, usePathname());
  const Icon = item.icon;
  return (
    <Link
      href={item.href}
      onClick={onNavigate}
      aria-current={current ? "page" : undefined}
      className="text-text-2 hover:bg-surface-2 hover:text-text aria-[current]:bg-surface-2 aria-[current]:text-text flex items-center gap-2.5 rounded-lg px-2.5 py-[7px] font-[500] no-underline transition-colors duration-100 pointer-coarse:min-h-11"
    >
      <Icon aria-hidden strokeWidth={1.75} className="size-4 shrink-0" />
      <span className="min-w-0 flex-1 truncate">{t(item.key)}</span>
      {note ? <span className="text-text-3 tabular text-xs">{note}</span> : null}
    </Link>
  );
}
