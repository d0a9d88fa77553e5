"use client";

import { useTranslations } from "next-intl";
import { Stepper } from "@/components/ui/stepper";
import { DRAFT_STEPS, type DraftStep } from "@/lib/schemas/campaigns";

export function DraftStepper({
  current,
  campaignId,
}: {
  readonly current: DraftStep;
  readonly campaignId: string | null;
}) {
  const t = useTranslations("campaigns.steps");
  return (
    <Stepper
      current={current}
      className="mb-4"
      steps={DRAFT_STEPS.map((step) => ({
        key: step,
        label: t(step),
        ...(campaignId === null ? {} : { href: `/campaigns/${campaignId}/edit?step=${step}` }),
      }))}
    />
  );
}
