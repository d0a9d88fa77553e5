"use client";

import "./globals.css";
import { useSyncExternalStore } from "react";
import { Button } from "@/components/ui/button";
import { isDatabaseAwayError, referenceOf } from "@/components/shell/error-reference";
import { isLocale } from "@/i18n/preferences";
import type { Locale } from "@/lib/domain/vocabulary";
import en from "@/messages/en/errors.json";
import hy from "@/messages/hy/errors.json";
import ru from "@/messages/ru/errors.json";

const TEXTS = { en: en.page, hy: hy.page, ru: ru.page } as const satisfies Record<Locale, object>;

type GlobalErrorProps = { readonly error: unknown; readonly retry: () => void };

/** The root layout itself threw: no provider is left, so this brings its own texts and its own page. */
export default function GlobalError({ error, retry }: GlobalErrorProps) {
  const locale = useSyncExternalStore(never, browserLocale, () => "en" as const);
  const t = TEXTS[locale];
  const away = isDatabaseAwayError(error);
  const reference = away ? null : referenceOf(error);
  const title = away ? t.awayTitle : t.errorTitle;
  return (
    <html lang={locale} data-theme="system">
      <body>
        <title>{title}</title>
        <main role="alert" className="grid min-h-dvh place-items-center p-6 text-center">
          <div>
            <h1 className="text-lg font-[600]">{title}</h1>
            <p className="text-text-2 mt-1 mb-4 max-w-[52ch]">{away ? t.awayText : t.errorText}</p>
            {reference === null ? null : (
              <p className="text-text-3 mb-4 font-mono text-xs">{t.reference.replace("{reference}", reference)}</p>
            )}
            <Button variant="primary" onClick={() => retry()}>
              {t.tryAgain}
            </Button>
          </div>
        </main>
      </body>
    </html>
  );
}

function never(): () => void {
  return () => undefined;
}

/** The language cookie is not for scripts; the page that was open had its language on it. */
function browserLocale(): Locale {
  const shown = document.documentElement.lang;
  if (isLocale(shown)) return shown;
  return navigator.languages.map((tag) => tag.split("-")[0]).find(isLocale) ?? "en";
}
