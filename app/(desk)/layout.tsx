import { cookies } from "next/headers";
import type { ReactNode } from "react";
import { setLocaleAction, setThemeAction } from "@/app/(auth)/actions";
import { switchAccountAction } from "@/app/(desk)/account-actions";
import { DeskShell } from "@/components/shell/desk-shell";
import { isTheme, THEME_COOKIE } from "@/i18n/preferences";
import { can } from "@/lib/domain/permissions";
import { countLiveCampaigns } from "@/lib/server/campaigns/count-live-campaigns";
import { contextOf, requirePageSession } from "@/lib/server/web/page-session";

export default async function DeskLayout({ children }: { readonly children: ReactNode }) {
  const [session, jar] = await Promise.all([requirePageSession(), cookies()]);
  const liveCampaigns = can(session.role, "campaigns:read") ? await countLiveCampaigns(contextOf(session)) : null;
  const theme = jar.get(THEME_COOKIE)?.value;
  return (
    <DeskShell
      person={{ name: session.user.name, email: session.user.email, role: session.role }}
      account={{ id: session.account.id, name: session.account.name, isDemo: session.account.isDemo }}
      accounts={session.memberships.map(({ accountId, accountName }) => ({ id: accountId, name: accountName }))}
      liveCampaigns={liveCampaigns}
      theme={isTheme(theme) ? theme : "system"}
      actions={{ setLocale: setLocaleAction, setTheme: setThemeAction, switchAccount: switchAccountAction }}
    >
      {children}
    </DeskShell>
  );
}
