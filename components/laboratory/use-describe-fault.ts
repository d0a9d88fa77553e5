"use client";

import { useTranslations } from "next-intl";
import type { LabFault } from "@/lib/schemas/laboratory";

type Described = Pick<LabFault, "kind" | "amount" | "format" | "scenario">;

/** A fault in a few words, with its number: "Receipts come 600 s late". */
export function useDescribeFault(): (fault: Described) => string {
  const t = useTranslations("laboratory");
  return ({ kind, amount, format, scenario }) =>
    t(`fault.${kind}`, {
      amount: amount ?? 0,
      format: format ?? "hex",
      scenario: scenario === null ? "" : t(`scenario.${scenario}`),
    });
}
