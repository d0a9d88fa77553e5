import { useTranslations } from "next-intl";
import { formatWait } from "@/components/reports/format-wait";
import { Card } from "@/components/ui/card";
import { DefinitionList } from "@/components/ui/definition-list";
import type { FallbackPolicy } from "@/lib/schemas/accounts-fallback";

/** The rules for those who may not change them. */
export function PolicyFacts({ policy }: { readonly policy: FallbackPolicy }) {
  const t = useTranslations("fallback.policy");
  const tCommon = useTranslations("common");
  const tDuration = useTranslations("reports.duration");
  return (
    <Card title={t("title")} sub={t("sub")}>
      <DefinitionList
        className="max-w-md"
        items={[
          {
            key: "authentication",
            term: tCommon("category.authentication"),
            value: formatWait(tDuration, policy.waitAuthenticationS),
          },
          { key: "utility", term: tCommon("category.utility"), value: formatWait(tDuration, policy.waitUtilityS) },
          {
            key: "marketing",
            term: tCommon("category.marketing"),
            value: formatWait(tDuration, policy.waitMarketingS),
          },
          { key: "unknown", term: t("unknown"), value: tCommon(policy.unknownIsUndelivered ? "yes" : "no") },
          { key: "memory", term: t("memory"), value: tCommon(policy.skipsUnreachable ? "yes" : "no") },
        ]}
      />
    </Card>
  );
}
