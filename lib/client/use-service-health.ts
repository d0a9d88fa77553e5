"use client";

import { useQuery } from "@tanstack/react-query";
import { useEffect, useEffectEvent, useRef } from "react";

/** `unknown`: not asked yet. A server that does not answer at all is as away as its database. */
export type ServiceHealth = "unknown" | "up" | "away";

const LOOK_EVERY_MS = 3_000;

/**
 * Whether the server can reach its database, looked at again and again while a page that needs it cannot be shown.
 *
 * @param knownAway the error said so already: the first look is after a moment, so that a database that stumbles is not stormed
 * @param onBack when it answers after it was away
 */
export function useServiceHealth(knownAway: boolean, onBack: () => void): ServiceHealth {
  const { data } = useQuery({
    queryKey: ["service-health"],
    queryFn: readHealth,
    initialData: knownAway ? ("away" as const) : undefined,
    staleTime: knownAway ? LOOK_EVERY_MS : 0,
    gcTime: 0,
    retry: false,
    refetchInterval: LOOK_EVERY_MS,
  });
  const back = useEffectEvent(onBack);
  const before = useRef(data);
  useEffect(() => {
    if (before.current === "away" && data === "up") back();
    before.current = data;
  }, [data]);
  return data ?? "unknown";
}

async function readHealth(): Promise<ServiceHealth> {
  try {
    const response = await fetch("/api/health/ready", { cache: "no-store" });
    const body = (await response.json()) as { database?: boolean };
    return body.database === true ? "up" : "away";
  } catch {
    return "away";
  }
}
