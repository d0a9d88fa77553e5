"use client";

import { useTranslations } from "next-intl";
import { useLiveCampaigns } from "@/lib/client/live-campaigns";
import type { NavNotes } from "./shell-types";

/** @param liveCampaigns as the server counted; null for who may not see campaigns */
export function useNavNotes(liveCampaigns: number | null): NavNotes {
  const t = useTranslations("nav");
  const count = useLiveCampaigns(liveCampaigns) ?? 0;
  return count === 0 ? {} : { campaigns: t("live", { count }) };
}
