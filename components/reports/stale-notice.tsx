"use client";

import { useTranslations } from "next-intl";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";

type StaleNoticeProps = { readonly error: Error | null; readonly onRetry: () => void };

/** Above figures that stay on the page although their last refresh failed. Nothing while all is well. */
export function StaleNotice({ error, onRetry }: StaleNoticeProps) {
  const t = useTranslations("reports");
  const tCommon = useTranslations("common");
  if (error === null) return null;
  return (
    <Callout
      tone="warn"
      announce
      className="mb-4"
      title={t("staleTitle")}
      actions={<Button onClick={onRetry}>{tCommon("tryAgain")}</Button>}
    >
      {error.message}
    </Callout>
  );
}
