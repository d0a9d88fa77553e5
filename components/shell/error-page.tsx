"use client";

import { Unplug } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { LinkButton } from "@/components/ui/link-button";
import { referenceOf } from "./error-reference";

type ErrorPageProps = { readonly error: unknown; readonly retry: () => void };

/** What is shown instead of a page that threw. In production the text of the error stays on the server. */
export function ErrorPage({ error, retry }: ErrorPageProps) {
  const t = useTranslations("errors.page");
  const reference = referenceOf(error);
  return (
    <div role="alert" className="grid min-h-[60dvh] place-items-center">
      <EmptyState
        icon={<Unplug />}
        title={<h1 className="text-lg">{t("errorTitle")}</h1>}
        text={
          <>
            {t("errorText")}
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
            <LinkButton href="/">{t("toOverview")}</LinkButton>
          </>
        }
      />
    </div>
  );
}
