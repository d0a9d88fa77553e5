"use client";

import { useTranslations } from "next-intl";
import type { ContentProblem } from "@/lib/domain/template/check-content";

/** The sentence for a problem of a template's content. */
export function useProblemText(): (problem: ContentProblem) => string {
  const t = useTranslations("templates.problems");
  return ({ problem, values = {} }) => {
    const { channel, ...rest } = values;
    if (problem === "tooLong" && channel !== undefined) {
      return t("tooLongFor", { ...rest, channel: { whatsapp: "WhatsApp", viber: "Viber" }[String(channel)] ?? "SMS" });
    }
    return t(problem, rest);
  };
}
