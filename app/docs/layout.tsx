import { getTranslations } from "next-intl/server";
import Link from "next/link";
import type { ReactNode } from "react";
import { Logo } from "@/components/shell/logo";

/** Public: whoever builds against an installation may read this without signing in. */
export default async function DocsLayout({ children }: { readonly children: ReactNode }) {
  const t = await getTranslations("docs");
  return (
    <div className="min-h-dvh">
      <header className="border-line bg-surface sticky top-0 z-10 border-b">
        <div className="mx-auto flex max-w-6xl items-center gap-4 px-4 py-2.5 sm:px-6">
          <Link href="/docs" className="text-text no-underline">
            <Logo />
          </Link>
          <span className="text-text-3 text-sm">{t("title")}</span>
          <nav aria-label={t("elsewhere")} className="ml-auto flex gap-4 text-sm">
            <a href="/api/v1/openapi.json" className="link">
              {t("openApi")}
            </a>
            <Link href="/developers" className="link">
              {t("toDesk")}
            </Link>
          </nav>
        </div>
      </header>
      {children}
    </div>
  );
}
