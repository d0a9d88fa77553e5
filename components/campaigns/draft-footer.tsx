"use client";

import { useTranslations } from "next-intl";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { LinkButton } from "@/components/ui/link-button";
import type { useDraft } from "./use-draft";

type DraftFooterProps = {
  readonly draft: ReturnType<typeof useDraft>;
  readonly backHref: string;
  readonly onContinue: () => void;
  readonly continueDisabled?: boolean;
};

/** Back and on; says that nothing is lost, and what to do when another window was faster. */
export function DraftFooter({ draft, backHref, onContinue, continueDisabled = false }: DraftFooterProps) {
  const t = useTranslations("campaigns.draft");
  const tc = useTranslations("common");
  return (
    <div className="mt-4 flex flex-col gap-3">
      {draft.error ? (
        <Callout
          tone="bad"
          announce
          title={draft.error.message}
          actions={
            draft.error.code === "conflict" ? (
              <Button size="sm" onClick={draft.reload}>
                {t("reload")}
              </Button>
            ) : undefined
          }
        >
          {Object.values(draft.error.fields)[0]}
        </Callout>
      ) : null}
      <div className="flex flex-wrap items-center justify-end gap-2">
        <p role="status" className="text-text-3 mr-auto text-xs">
          {draft.pending ? t("saving") : draft.saved ? t("saved") : t("kept")}
        </p>
        <LinkButton href={backHref}>{tc("back")}</LinkButton>
        <Button variant="primary" pending={draft.pending} disabled={continueDisabled} onClick={onContinue}>
          {tc("continue")}
        </Button>
      </div>
    </div>
  );
}
