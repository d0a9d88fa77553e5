"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { ConnectionRow } from "@/lib/schemas/connection-list";
import { fetchQuery } from "./fetch-query";

const CONNECTIONS_KEY = ["connections"] as const;
const HEALTH_MS = 5_000;

/** The carrier links and their health, followed while the page is in sight. */
export function useConnections(initialData: readonly ConnectionRow[]) {
  return useQuery({
    queryKey: CONNECTIONS_KEY,
    queryFn: ({ signal }) => fetchQuery<readonly ConnectionRow[]>("/api/desk/connections", {}, signal),
    initialData,
    refetchInterval: HEALTH_MS,
  });
}

export function useRefreshConnections(): () => Promise<void> {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: CONNECTIONS_KEY });
}
