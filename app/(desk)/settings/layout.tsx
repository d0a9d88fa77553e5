import type { ReactNode } from "react";
import { SettingsNav } from "@/components/settings/settings-nav";
import { requirePageSession } from "@/lib/server/web/page-session";

export default async function SettingsLayout({ children }: { readonly children: ReactNode }) {
  const session = await requirePageSession();
  return (
    <>
      <SettingsNav role={session.role} />
      {children}
    </>
  );
}
