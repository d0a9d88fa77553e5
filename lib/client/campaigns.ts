import { queryOptions } from "@tanstack/react-query";
import type { CampaignEstimateView, CampaignPage, CampaignProgress } from "@/lib/schemas/campaigns";
import { fetchQuery } from "./fetch-query";

const LIVE_MS = 1_500;

/** Figures go on changing after the last send: receipts of a finished campaign come in for days. */
const SETTLED_MS = 15_000;

export function campaignListQuery(before: string | null, initial: CampaignPage) {
  return queryOptions({
    queryKey: ["campaigns", "list", before],
    queryFn: ({ signal }) => fetchQuery<CampaignPage>("/api/desk/campaigns", { before }, signal),
    initialData: initial,
    refetchInterval: ({ state }) =>
      state.data?.campaigns.some(({ status }) => status === "running") ? LIVE_MS : SETTLED_MS,
  });
}

export function campaignProgressQuery(campaignId: string, initial: CampaignProgress) {
  return queryOptions({
    queryKey: ["campaigns", "progress", campaignId],
    queryFn: ({ signal }) => fetchQuery<CampaignProgress>(`/api/desk/campaigns/${campaignId}/progress`, {}, signal),
    initialData: initial,
    refetchInterval: ({ state }) => (state.data?.status === "running" ? LIVE_MS : SETTLED_MS),
  });
}

/** `updatedAt` of the draft is part of the key: a changed draft is estimated anew. */
export function campaignEstimateQuery(campaignId: string, updatedAt: string) {
  return queryOptions({
    queryKey: ["campaigns", "estimate", campaignId, updatedAt],
    queryFn: ({ signal }) => fetchQuery<CampaignEstimateView>(`/api/desk/campaigns/${campaignId}/estimate`, {}, signal),
    staleTime: 60_000,
    refetchOnWindowFocus: false,
  });
}
