"use client";

import { useTranslations } from "next-intl";
import { classifyRefusal } from "@/lib/domain/carrier-codes/classify-refusal";
import type { Channel } from "@/lib/domain/vocabulary";

/** What a carrier's code, or one of our own ("timeout"), means for a person. Codes come from outside: any text may be asked for. */
export function useCarrierSentence(): (channel: Channel, code: string) => string {
  const t = useTranslations("carrierCodes");
  return (channel, code) => t(classifyRefusal(channel, code, "receipt").messageKey);
}
