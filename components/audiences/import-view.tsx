"use client";

import { useTranslations } from "next-intl";
import { Callout } from "@/components/ui/callout";
import { useImport } from "@/lib/client/audiences-imports";
import type { AudiencePickerItem } from "@/lib/schemas/audiences";
import { MAX_UPLOAD_BYTES, type ImportView as View } from "@/lib/schemas/audiences-imports";
import { ImportProgress } from "./import-progress";
import { ImportResult } from "./import-result";
import { ImportSettings, type CountryChoice } from "./import-settings";

type ImportViewProps = {
  readonly initial: View;
  readonly audiences: readonly AudiencePickerItem[];
  readonly countries: readonly CountryChoice[];
  /** Id of the audience from whose page the import was begun. */
  readonly proposed: string | null;
  readonly mayWrite: boolean;
};

/** One import from the look at its first rows to its result; what is shown follows its status. */
export function ImportView({ initial, audiences, countries, proposed, mayWrite }: ImportViewProps) {
  const t = useTranslations("imports");
  const query = useImport(initial);
  const view = query.data;
  if (view.status === "completed") return <ImportResult view={view} />;
  if (view.status === "queued" || view.status === "running") {
    return <ImportProgress view={view} mayWrite={mayWrite} isOffline={query.isError} />;
  }
  return (
    <>
      <Ended view={view} />
      {!view.hasFile ? (
        <Callout tone="warn" title={t("fileGone.title")}>
          {t("fileGone.text")}
        </Callout>
      ) : mayWrite ? (
        <ImportSettings view={view} audiences={audiences} countries={countries} proposed={proposed} />
      ) : (
        <Callout title={t("waiting.title")}>{t("waiting.text")}</Callout>
      )}
    </>
  );
}

function Ended({ view }: { readonly view: View }) {
  const t = useTranslations("imports");
  const tErrors = useTranslations("errors");
  if (view.status === "cancelled") {
    return (
      <Callout tone="warn" title={t("cancelled.title")} announce className="mb-4">
        {t("cancelled.text")}
      </Callout>
    );
  }
  if (view.status !== "failed") return null;
  const values = { megabytes: MAX_UPLOAD_BYTES / 1024 / 1024, max: 100_000 };
  const key = view.errorKey ?? "import.unexpected";
  return (
    <Callout tone="bad" title={t("failed.title")} announce className="mb-4">
      {tErrors.has(key) ? tErrors(key, values) : tErrors("import.unexpected")} {t("failed.text")}
    </Callout>
  );
}
