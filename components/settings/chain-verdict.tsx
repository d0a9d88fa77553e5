import { useTranslations } from "next-intl";
import { Callout } from "@/components/ui/callout";
import type { AuditVerdict } from "@/lib/schemas/accounts";

export function ChainVerdict({ verdict }: { readonly verdict: AuditVerdict }) {
  const t = useTranslations("audit.chain");
  return verdict.ok ? (
    <Callout tone="ok" className="mb-4" title={t("wholeTitle", { n: verdict.entries })}>
      {t("wholeText")}
    </Callout>
  ) : (
    <Callout tone="bad" className="mb-4" title={t("brokenTitle", { seq: verdict.brokenAt })}>
      {t("brokenText", { n: verdict.entries })}
    </Callout>
  );
}
