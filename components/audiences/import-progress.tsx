"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useFormatter, useTranslations } from "next-intl";
import { cancelImportAction } from "@/app/(desk)/audiences/actions";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { Card } from "@/components/ui/card";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { ProgressBar } from "@/components/ui/progress-bar";
import { importQueryKey } from "@/lib/client/audiences-imports";
import type { ImportView } from "@/lib/schemas/audiences-imports";

type ImportProgressProps = {
  readonly view: ImportView;
  readonly mayWrite: boolean;
  /** The last question for its state went unanswered. */
  readonly isOffline: boolean;
};

export function ImportProgress({ view, mayWrite, isOffline }: ImportProgressProps) {
  const t = useTranslations("imports");
  const format = useFormatter();
  const isSaving = view.status === "running" && view.processedRows >= view.totalRows;
  const sentence =
    view.status === "queued"
      ? t("progress.queued")
      : isSaving
        ? t("progress.saving")
        : t("progress.rows", { done: format.number(view.processedRows), total: format.number(view.totalRows) });
  return (
    <Card>
      <p className="text-md font-[600]" aria-live="polite">
        {sentence}
      </p>
      <p className="text-text-2 mt-0.5 mb-4">{t("progress.leave")}</p>
      <ProgressBar
        size="md"
        label={t("progress.label")}
        total={view.totalRows}
        segments={[{ key: "done", value: view.processedRows, label: t("progress.done"), color: "var(--accent-2)" }]}
      />
      {view.isStalled ? (
        <Callout tone="warn" className="mt-4" title={t("stalled.title")} announce>
          {t("stalled.text")}
        </Callout>
      ) : null}
      {isOffline ? (
        <Callout tone="warn" className="mt-4" announce>
          {t("progress.offline")}
        </Callout>
      ) : null}
      {mayWrite ? <CancelButton view={view} /> : null}
    </Card>
  );
}

function CancelButton({ view }: { readonly view: ImportView }) {
  const t = useTranslations("imports");
  const client = useQueryClient();
  async function cancel() {
    const result = await cancelImportAction({ importId: view.id });
    await client.invalidateQueries({ queryKey: importQueryKey(view.id) });
    return result.ok ? null : result.error.message;
  }
  return (
    <div className="mt-4">
      <ConfirmDialog
        trigger={<Button>{t("cancel.button")}</Button>}
        title={t("cancel.title")}
        description={t("cancel.text")}
        confirmLabel={t("cancel.confirm")}
        cancelLabel={t("cancel.keep")}
        tone="danger"
        onConfirm={cancel}
      />
    </div>
  );
}
