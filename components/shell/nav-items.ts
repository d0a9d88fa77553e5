import {
  BookOpen,
  Cable,
  ChartColumn,
  FileText,
  FlaskConical,
  House,
  KeyRound,
  MessageSquareText,
  Megaphone,
  Settings,
  UserRound,
  UsersRound,
  type LucideIcon,
} from "lucide-react";
import { can, type Permission } from "@/lib/domain/permissions";
import type { Role } from "@/lib/domain/vocabulary";

export type NavKey =
  | "overview"
  | "campaigns"
  | "messages"
  | "audiences"
  | "templates"
  | "reports"
  | "connections"
  | "developers"
  | "laboratory"
  | "people"
  | "settings"
  | "help";

export type NavItem = {
  readonly key: NavKey;
  readonly href: string;
  readonly icon: LucideIcon;
  /** None: for everybody. */
  readonly permission?: Permission;
};

export type NavSection = { readonly key: "work" | "insight" | "account"; readonly items: readonly NavItem[] };

const SECTIONS: readonly NavSection[] = [
  {
    key: "work",
    items: [
      { key: "overview", href: "/", icon: House, permission: "overview:read" },
      { key: "campaigns", href: "/campaigns", icon: Megaphone, permission: "campaigns:read" },
      { key: "messages", href: "/messages", icon: MessageSquareText, permission: "messages:read" },
      { key: "audiences", href: "/audiences", icon: UsersRound, permission: "audiences:read" },
      { key: "templates", href: "/templates", icon: FileText, permission: "templates:read" },
    ],
  },
  { key: "insight", items: [{ key: "reports", href: "/reports", icon: ChartColumn, permission: "reports:read" }] },
  {
    key: "account",
    items: [
      { key: "connections", href: "/connections", icon: Cable, permission: "connections:read" },
      { key: "developers", href: "/developers", icon: KeyRound, permission: "api-keys:read" },
      { key: "laboratory", href: "/laboratory", icon: FlaskConical, permission: "laboratory:use" },
      { key: "people", href: "/people", icon: UserRound, permission: "people:read" },
      { key: "settings", href: "/settings", icon: Settings, permission: "settings:read" },
      { key: "help", href: "/help", icon: BookOpen },
    ],
  },
];

/** What this role may open; a section without items is left out. */
export function navSectionsFor(role: Role): NavSection[] {
  return SECTIONS.map((section) => ({
    ...section,
    items: section.items.filter((item) => item.permission === undefined || can(role, item.permission)),
  })).filter((section) => section.items.length > 0);
}

export function isCurrent(item: NavItem, pathname: string): boolean {
  if (item.href === "/") return pathname === "/";
  return pathname === item.href || pathname.startsWith(`${item.href}/`);
}
