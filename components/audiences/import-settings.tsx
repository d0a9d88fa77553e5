"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { discardImportAction, startImportAction } from "@/app/(desk)/audiences/actions";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { Card } from "@/components/ui/card";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { FormError } from "@/components/ui/form-error";
import { Skeleton } from "@/components/ui/skeleton";
import { useAnswer } from "@/lib/client/use-answer";
import { importQueryKey } from "@/lib/client/audiences-imports";
import type { ClientError } from "@/lib/schemas/action-result";
import type { AudiencePickerItem } from "@/lib/schemas/audiences";
import { findRepeatedTarget, isColumnTarget, type ImportView } from "@/lib/schemas/audiences-imports";
import { ImportColumns } from "./import-columns";
import { ImportReading } from "./import-reading";
import { ImportTargetFields, type TargetChoice } from "./import-target";
import { useImportSettings } from "./use-import-settings";

export type CountryChoice = { readonly code: string; readonly name: string; readonly callingCode: string };

type ImportSettingsProps = {
  readonly view: ImportView;
  readonly audiences: readonly AudiencePickerItem[];
  readonly countries: readonly CountryChoice[];
  readonly proposed: string | null;
};

/** Everything that is decided before an import starts, with the file's first rows to decide by. */
export function ImportSettings({ view, audiences, countries, proposed }: ImportSettingsProps) {
  const t = useTranslations("imports");
  const answer = useAnswer();
  const tErrors = useTranslations("errors");
  const tCommon = useTranslations("common");
  const client = useQueryClient();
  const settings = useImportSettings(view.id);
  const [target, setTarget] = useState<TargetChoice>(() => firstTarget(view, proposed));
  const [pending, setPending] = useState(false);
  const [failure, setFailure] = useState<ClientError | null>(null);
  const [tried, setTried] = useState(false);
  const { preview, columns } = settings;

  if (preview === undefined) {
    return settings.isFailed ? (
      <Callout
        tone="bad"
        title={t("preview.failed")}
        actions={<Button onClick={settings.retry}>{tCommon("tryAgain")}</Button>}
      >
        {settings.error}
      </Callout>
    ) : (
      <PreviewSkeleton />
    );
  }

  const columnsError = findColumnsError(columns);
  const targetError = findTargetError(target);

  async function start() {
    setTried(true);
    setFailure(null);
    if (columnsError !== null || targetError !== null || preview === undefined) return;
    setPending(true);
    const result = await answer(
      startImportAction({
        importId: view.id,
        dialect: preview.dialect,
        columns: [...columns],
        defaultCountry: preview.defaultCountry,
        audience:
          target.kind === "new"
            ? { kind: "new", name: target.name }
            : { kind: "existing", audienceId: target.audienceId ?? "" },
      }),
    );
    if (!result.ok) setFailure(result.error);
    // Also when it was refused: somebody else may have started it.
    await client.invalidateQueries({ queryKey: importQueryKey(view.id) });
    setPending(false);
  }

  return (
    <div className="flex flex-col gap-4">
      <Card title={t("reading.title")} sub={t("reading.sub")}>
        <ImportReading
          preview={preview}
          countries={countries}
          onDialect={settings.setDialect}
          onCountry={settings.setCountry}
        />
      </Card>
      <Card title={t("columns.title")} sub={t("columns.sub")} padding="none">
        <ImportColumns
          preview={preview}
          columns={columns}
          isLoading={settings.isLoading}
          onColumn={settings.setColumn}
          error={columnsError === null ? null : t(`columns.${columnsError}`)}
        />
      </Card>
      <Card title={t("target.title")}>
        <ImportTargetFields
          choice={target}
          audiences={audiences}
          onChange={setTarget}
          error={failure?.fields["audience.name"] ?? (tried && targetError !== null ? tErrors(targetError) : null)}
        />
      </Card>
      {settings.isFailed ? (
        <Callout tone="bad" title={t("preview.failed")} announce>
          {settings.error}
        </Callout>
      ) : null}
      {failure === null || failure.fields["audience.name"] !== undefined ? null : (
        <FormError announce>{failure.message}</FormError>
      )}
      <div className="flex flex-wrap items-center justify-end gap-2">
        <DiscardButton importId={view.id} />
        <Button variant="primary" size="lg" pending={pending} onClick={() => void start()}>
          {t("start", { count: view.totalRows })}
        </Button>
      </div>
    </div>
  );
}

function firstTarget(view: ImportView, proposed: string | null): TargetChoice {
  const chosen = view.settings?.audience;
  const suggested = view.fileName.replace(/\.[^.]{1,8}$/, "").slice(0, 120);
  if (chosen?.kind === "existing") return { kind: "existing", audienceId: chosen.audienceId, name: suggested };
  const kind = chosen === undefined && proposed !== null ? "existing" : "new";
  return { kind, audienceId: proposed, name: chosen?.name ?? suggested };
}

function findColumnsError(columns: readonly string[]): "noPhone" | "twice" | "badName" | null {
  const valid = columns.filter(isColumnTarget);
  if (valid.length < columns.length) return "badName";
  if (!valid.includes("phone")) return "noPhone";
  return findRepeatedTarget(valid) === null ? null : "twice";
}

function findTargetError(target: TargetChoice): "field.required" | "field.choice" | null {
  if (target.kind === "new") return target.name.trim() === "" ? "field.required" : null;
  return target.audienceId === null ? "field.choice" : null;
}

function DiscardButton({ importId }: { readonly importId: string }) {
  const t = useTranslations("imports");
  const router = useRouter();
  async function discard() {
    const result = await discardImportAction({ importId });
    if (!result.ok) return result.error.message;
    router.push("/audiences");
    router.refresh();
    return null;
  }
  return (
    <ConfirmDialog
      trigger={<Button size="lg">{t("discard.button")}</Button>}
      title={t("discard.title")}
      description={t("discard.text")}
      confirmLabel={t("discard.button")}
      tone="danger"
      onConfirm={discard}
    />
  );
}

function PreviewSkeleton() {
  const tCommon = useTranslations("common");
  return (
    <div role="status" aria-label={tCommon("loading")} className="flex flex-col gap-4">
      <Skeleton className="h-28 rounded-xl" />
      <Skeleton className="h-80 rounded-xl" />
      <Skeleton className="h-36 rounded-xl" />
    </div>
  );
}
