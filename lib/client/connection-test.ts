"use client";

import { useQuery } from "@tanstack/react-query";
import { isSettled, type MessageDetail } from "@/lib/schemas/messages";
import { fetchQuery } from "./fetch-query";

const LIVE_MS = 1_000;
const SETTLED_MS = 10_000;

/** A message that was queued a moment ago, followed closely while somebody waits for it. */
export function useTestMessage(id: string) {
  return useQuery({
    queryKey: ["message", id],
    queryFn: ({ signal }) => fetchQuery<MessageDetail>(`/api/desk/messages/${id}`, {}, signal),
    refetchInterval: ({ state }) => (isSettled(state.data?.status ?? "queued") ? SETTLED_MS : LIVE_MS),
  });
}
