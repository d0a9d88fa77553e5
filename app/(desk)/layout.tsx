import { cookies } from "next/headers";
import type { ReactNode } from "react";
import { setLocaleAction, setThemeAction } from "@/app/(auth)/actions";
import { DeskShell } from "@/components/shell/desk-shell";
import { isTheme, THEME_COOKIE } from "@/i18n/preferences";
import { requirePageSession } from "@/lib/server/web/page-session";

export default async function DeskLayout({ children }: { readonly children: ReactNode }) {
  const [session, jar] = await Promise.all([requirePageSession(), cookies()]);
  const theme = jar.get(THEME_COOKIE)?.value;
  return (
    <DeskShell
      person={{ name: session.user.name, email: session.user.email, role: session.role }}
      account={{ name: session.account.name, isDemo: session.account.isDemo }}
      theme={isTheme(theme) ? theme : "system"}
      actions={{ setLocale: setLocaleAction, setTheme: setThemeAction }}
    >
      {children}
    </DeskShell>
  );
}
