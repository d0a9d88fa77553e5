"use client";

import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import type { Laboratory, LedgerPage } from "@/lib/schemas/laboratory";
import type { Channel } from "@/lib/domain/vocabulary";
import { fetchQuery } from "./fetch-query";

const LABORATORY_KEY = ["laboratory"] as const;
const LIVE_MS = 2_000;

/** Faults and mix, followed while the page is in sight: what ends by itself disappears by itself. */
export function useLaboratory(initialData: Laboratory) {
  return useQuery({
    queryKey: [...LABORATORY_KEY, "state"],
    queryFn: ({ signal }) => fetchQuery<Laboratory>("/api/desk/laboratory", {}, signal),
    initialData,
    refetchInterval: LIVE_MS,
  });
}

/** A page of the ledger, newest first; the first page is followed live. */
export function useSandboxLedger(filter: {
  readonly to: string;
  readonly channel: Channel | "";
  readonly before: number;
}) {
  return useQuery({
    queryKey: [...LABORATORY_KEY, "ledger", filter],
    queryFn: ({ signal }) => fetchQuery<LedgerPage>("/api/desk/laboratory/ledger", { ...filter }, signal),
    placeholderData: keepPreviousData,
    refetchInterval: filter.before === 0 ? LIVE_MS : false,
  });
}

export function useRefreshLaboratory(): () => Promise<void> {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: LABORATORY_KEY });
}
