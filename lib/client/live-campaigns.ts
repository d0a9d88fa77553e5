"use client";

import { useQuery } from "@tanstack/react-query";
import { fetchQuery } from "./fetch-query";

const LIVE_MS = 15_000;

/** How many campaigns are being sent; null for who may not know. The frame of the page stays while pages change, so it asks itself. */
export function useLiveCampaigns(initial: number | null): number | null {
  const { data } = useQuery({
    // "campaigns" first: whatever launches, pauses or ends one makes this count be asked for again.
    queryKey: ["campaigns", "live"],
    queryFn: ({ signal }) => fetchQuery<number>("/api/desk/campaigns/live", {}, signal),
    initialData: initial ?? 0,
    refetchInterval: LIVE_MS,
    enabled: initial !== null,
  });
  return initial === null ? null : data;
}
