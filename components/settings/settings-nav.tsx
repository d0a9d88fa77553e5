"use client";

import { useTranslations } from "next-intl";
import { usePathname } from "next/navigation";
import { SegmentedLinks } from "@/components/ui/segmented-links";
import { can, type Permission } from "@/lib/domain/permissions";
import type { Role } from "@/lib/domain/vocabulary";

const PAGES: readonly { readonly key: string; readonly href: string; readonly permission: Permission }[] = [
  { key: "general", href: "/settings", permission: "settings:read" },
  { key: "fallback", href: "/settings/fallback", permission: "overview:read" },
  { key: "prices", href: "/settings/prices", permission: "settings:read" },
  { key: "audit", href: "/settings/audit", permission: "audit:read" },
  { key: "me", href: "/settings/me", permission: "overview:read" },
];

/** The settings pages this role may open. */
export function SettingsNav({ role }: { readonly role: Role }) {
  const t = useTranslations("settings.nav");
  const pathname = usePathname();
  const items = PAGES.filter((page) => can(role, page.permission)).map(({ key, href }) => ({
    key,
    href,
    label: t(key),
  }));
  const current = PAGES.find((page) => page.href === pathname)?.key ?? "";
  return <SegmentedLinks label={t("label")} items={items} current={current} className="mb-4" />;
}
