import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { PolicyFacts } from "@/components/fallback/policy-facts";
import { PolicyForm, type LatencyBuckets } from "@/components/fallback/policy-form";
import { SwitchCard } from "@/components/fallback/switch-card";
import { PageHeader } from "@/components/ui/page-header";
import { can } from "@/lib/domain/permissions";
import { loadFallback } from "@/lib/server/accounts/load-fallback";
import { getLatencyHistory } from "@/lib/server/campaigns/get-latency-history";
import type { TenantContext } from "@/lib/server/tenant-context";
import { pageContext } from "@/lib/server/web/page-session";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("fallback");
  return { title: t("name") };
}

export default async function FallbackPage() {
  const [{ session, ctx }, t] = await Promise.all([pageContext("overview:read"), getTranslations("fallback")]);
  const state = await loadFallback(ctx);
  const canFlip = can(session.role, "fallback:write");
  return (
    <>
      <PageHeader title={t("name")} description={t("pageText")} />
      <SwitchCard initial={state} canFlip={canFlip} personName={session.user.name} />
      {canFlip ? (
        <PolicyForm initial={state.policy} latency={await bothChannels(ctx)} />
      ) : (
        <PolicyFacts policy={state.policy} />
      )}
    </>
  );
}

/** One wait holds for both channels before SMS, so their deliveries are counted together. */
async function bothChannels(ctx: TenantContext): Promise<LatencyBuckets> {
  const [whatsapp, viber] = await Promise.all([getLatencyHistory(ctx, "whatsapp"), getLatencyHistory(ctx, "viber")]);
  return whatsapp.buckets.map(({ maxS, n }, index) => ({ maxS, n: n + (viber.buckets[index]?.n ?? 0) }));
}
