"use client";

import { DatabaseZap, Unplug } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { LinkButton } from "@/components/ui/link-button";
import { useServiceHealth } from "@/lib/client/use-service-health";
import { isDatabaseAwayError, referenceOf } from "./error-reference";

type ErrorPageProps = { readonly error: unknown; readonly retry: () => void };

/**
 * What is shown instead of a page that threw. In production the text of the error stays on the server. While the database is away it
 * says so, and the page opens by itself when it is back.
 */
export function ErrorPage({ error, retry }: ErrorPageProps) {
  const t = useTranslations("errors.page");
  const knownAway = isDatabaseAwayError(error);
  const away = useServiceHealth(knownAway, retry) === "away";
  const reference = knownAway ? null : referenceOf(error);
  return (
    <div role="alert" className="grid min-h-[60dvh] place-items-center">
      <EmptyState
        icon={away ? <DatabaseZap /> : <Unplug />}
        title={<h1 className="text-lg">{away ? t("awayTitle") : t("errorTitle")}</h1>}
        text={
          <>
            {away ? t("awayText") : t("errorText")}
            {reference === null ? null : (
              <span className="text-text-3 mt-1 block font-mono text-xs">{t("reference", { reference })}</span>
            )}
          </>
        }
        action={
          <>
            <Button variant="primary" onClick={() => retry()}>
              {t("tryAgain")}
            </Button>
            {away ? null : <LinkButton href="/">{t("toOverview")}</LinkButton>}
          </>
        }
      />
    </div>
  );
}
