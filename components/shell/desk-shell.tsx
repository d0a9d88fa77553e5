import { useTranslations } from "next-intl";
import Link from "next/link";
import type { ReactNode } from "react";
import type { Theme } from "@/i18n/preferences";
import { CommandPalette } from "./command-palette";
import { CommandTrigger } from "./command-trigger";
import { DemoRibbon } from "./demo-ribbon";
import { Logo } from "./logo";
import { PhoneNav } from "./phone-nav";
import type { ShellAccount, ShellAccountChoice, ShellActions, ShellPerson } from "./shell-types";
import { SideNav } from "./side-nav";
import { UserMenu } from "./user-menu";

type DeskShellProps = {
  readonly person: ShellPerson;
  readonly account: ShellAccount;
  readonly theme: Theme;
  readonly actions: ShellActions;
  readonly accounts: readonly ShellAccountChoice[];
  /** Null for who may not see campaigns. */
  readonly liveCampaigns: number | null;
  readonly children: ReactNode;
};

/** The frame of every page behind the sign-in. */
export function DeskShell({ liveCampaigns, children, ...frame }: DeskShellProps) {
  const t = useTranslations("nav");
  const { person, account } = frame;
  return (
    <>
      <a
        href="#content"
        className="bg-accent text-on-accent fixed top-2 left-2 z-60 -translate-y-16 rounded-lg px-3 py-2 font-[550] no-underline focus:translate-y-0"
      >
        {t("skipToContent")}
      </a>
      <div className="flex min-h-dvh">
        <SideNav {...frame} liveCampaigns={liveCampaigns} />
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
            <UserMenu compact {...frame} />
          </header>
          <main
            id="content"
            tabIndex={-1}
            className="mx-auto w-full max-w-[1240px] min-w-0 flex-1 px-4 pt-4 pb-24 outline-none md:px-7 md:pt-5 md:pb-10"
          >
            {children}
          </main>
        </div>
        <PhoneNav role={person.role} liveCampaigns={liveCampaigns} />
      </div>
      <CommandPalette role={person.role} />
    </>
  );
}
