"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { isSettled, type MessageDetail, type MessageFilters, type MessagePage } from "@/lib/schemas/messages";
import { fetchQuery } from "./fetch-query";

const LIVE_MS = 2_000;
const CALM_MS = 5_000;
/** A delivered message may still be read, and an expired one contradicted. */
const SETTLED_MS = 30_000;

/** The newest page follows the traffic; older pages do not change under the reader. */
export function useMessages(filters: MessageFilters, initialData: MessagePage) {
  const isNewest = filters.before === undefined && filters.after === undefined;
  return useQuery({
    queryKey: ["messages", filters],
    queryFn: ({ signal }) => fetchQuery<MessagePage>("/api/desk/messages", filters, signal),
    initialData,
    placeholderData: keepPreviousData,
    refetchInterval: isNewest ? CALM_MS : false,
    refetchOnWindowFocus: isNewest,
  });
}

export function useMessage(id: string, initialData: MessageDetail) {
  return useQuery({
    queryKey: ["message", id],
    queryFn: ({ signal }) => fetchQuery<MessageDetail>(`/api/desk/messages/${id}`, {}, signal),
    initialData,
    refetchInterval: ({ state }) => (isSettled(state.data?.status ?? "queued") ? SETTLED_MS : LIVE_MS),
  });
}
