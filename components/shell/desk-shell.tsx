import { useTranslations } from "next-intl";
import Link from "next/link";
import type { ReactNode } from "react";
import type { Theme } from "@/i18n/preferences";
import { CommandPalette } from "./command-palette";
import { CommandTrigger } from "./command-trigger";
import { DemoRibbon } from "./demo-ribbon";
import { Logo } from "./logo";
import { PhoneNav } from "./phone-nav";
import type { NavNotes, ShellAccount, ShellActions, ShellPerson } from "./shell-types";
import { SideNav } from "./side-nav";
import { UserMenu } from "./user-menu";

type DeskShellProps = {
  readonly person: ShellPerson;
  readonly account: ShellAccount;
  readonly theme: Theme;
  readonly actions: ShellActions;
  readonly notes?: NavNotes;
  readonly children: ReactNode;
};

/** The frame of every page behind the sign-in. */
export function DeskShell({ person, account, theme, actions, notes = {}, children }: DeskShellProps) {
  const t = useTranslations("nav");
  return (
    <>
      <a
        href="#content"
        className="bg-accent text-on-accent fixed top-2 left-2 z-60 -translate-y-16 rounded-lg px-3 py-2 font-[550] no-underline focus:translate-y-0"
      >
        {t("skipToContent")}
      </a>
      <div className="flex min-h-dvh">
        <SideNav notes={notes} person={person} account={account} actions={actions} theme={theme} />
        <div className="flex min-w-0 flex-1 flex-col">
          {account.isDemo ? <DemoRibbon /> : null}
          <header
            data-print="hide"
            className="border-line bg-surface sticky top-0 z-20 flex h-13 items-center gap-1 border-b pr-2 pl-4 md:hidden"
          >
            <Link href="/" className="text-text mr-auto rounded-md no-underline">
              <Logo />
            </Link>
            <CommandTrigger compact />
            <UserMenu compact person={person} account={account} actions={actions} theme={theme} />
          </header>
          <main
            id="content"
            tabIndex={-1}
            className="mx-auto w-full max-w-[1240px] min-w-0 flex-1 px-4 pt-4 pb-24 outline-none md:px-7 md:pt-5 md:pb-10"
          >
            {children}
          </main>
        </div>
        <PhoneNav role={person.role} notes={notes} />
      </div>
      <CommandPalette role={person.role} />
    </>
  );
}
