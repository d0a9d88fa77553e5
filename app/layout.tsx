import "./globals.css";
import type { Metadata, Viewport } from "next";
import { cookies } from "next/headers";
import { NextIntlClientProvider } from "next-intl";
import { getLocale, getMessages, getTranslations } from "next-intl/server";
import type { ReactNode } from "react";
import { Toaster } from "@/components/ui/toaster";
import { intlScript } from "@/i18n/intl-script";
import { isTheme, THEME_COOKIE } from "@/i18n/preferences";
import { ReloadForArmenian } from "@/lib/client/intl-hy/reload-for-armenian";
import { QueryProvider } from "@/lib/client/query-provider";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("common");
  return {
    title: { default: "Kamurj", template: "%s · Kamurj" },
    description: t("productDescription"),
    robots: { index: false, follow: false },
  };
}

export const viewport: Viewport = {
  width: "device-width",
  initialScale: 1,
  viewportFit: "cover",
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: "#f7f6f4" },
    { media: "(prefers-color-scheme: dark)", color: "#141312" },
  ],
};

/** Help and documentation are long and read on the server only; the browser needs every other text. */
const SERVER_ONLY_NAMESPACES = new Set(["help", "docs"]);

export default async function RootLayout({ children }: { readonly children: ReactNode }) {
  const [locale, messages, jar] = await Promise.all([getLocale(), getMessages(), cookies()]);
  const theme = jar.get(THEME_COOKIE)?.value;
  const script = intlScript(locale);
  const forBrowser = Object.fromEntries(
    Object.entries(messages).filter(([namespace]) => !SERVER_ONLY_NAMESPACES.has(namespace)),
  );
  return (
    <html lang={locale} data-theme={isTheme(theme) ? theme : "system"} suppressHydrationWarning>
      <head>
        {/* Hydration reads the page's data, which stands below: a script that blocks is sure to have run before. */}
        {/* eslint-disable-next-line @next/next/no-sync-scripts -- blocking is what it is for, see above */}
        {script === null ? null : <script src={script} />}
      </head>
      <body>
        <NextIntlClientProvider messages={forBrowser}>
          <ReloadForArmenian />
          <QueryProvider>
            {children}
            <Toaster />
          </QueryProvider>
        </NextIntlClientProvider>
      </body>
    </html>
  );
}
