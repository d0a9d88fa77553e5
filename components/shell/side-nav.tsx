"use client";

import { useTranslations } from "next-intl";
import Link from "next/link";
import type { Theme } from "@/i18n/preferences";
import { CommandTrigger } from "./command-trigger";
import { Logo } from "./logo";
import { navSectionsFor } from "./nav-items";
import { NavLink } from "./nav-link";
import type { ShellAccount, ShellAccountChoice, ShellActions, ShellPerson } from "./shell-types";
import { useNavNotes } from "./use-nav-notes";
import { UserMenu } from "./user-menu";

type SideNavProps = {
  readonly liveCampaigns: number | null;
  readonly person: ShellPerson;
  readonly account: ShellAccount;
  readonly accounts: readonly ShellAccountChoice[];
  readonly actions: ShellActions;
  readonly theme: Theme;
};

export function SideNav({ liveCampaigns, ...frame }: SideNavProps) {
  const t = useTranslations("nav");
  const notes = useNavNotes(liveCampaigns);
  return (
    <header
      data-print="hide"
      className="border-line bg-surface sticky top-0 hidden h-dvh w-60 shrink-0 flex-col border-r md:flex"
    >
      <div className="px-5 pt-4 pb-3.5">
        <Link href="/" className="text-text rounded-md no-underline">
          <Logo />
        </Link>
      </div>
      <div className="px-3 pb-3">
        <CommandTrigger />
      </div>
      <nav aria-label={t("main")} className="flex min-h-0 flex-1 flex-col gap-0.5 overflow-y-auto px-3 pb-3">
        {navSectionsFor(frame.person.role).map((section) => (
          <div key={section.key} className="flex flex-col gap-0.5">
            {section.key === "work" ? null : (
              <p className="text-text-3 px-2.5 pt-4 pb-1 text-2xs font-[550]">{t(section.key)}</p>
            )}
            {section.items.map((item) => (
              <NavLink key={item.key} item={item} note={notes[item.key]} />
            ))}
          </div>
        ))}
      </nav>
      <div className="border-line border-t p-2">
        <UserMenu {...frame} />
      </div>
    </header>
  );
}
