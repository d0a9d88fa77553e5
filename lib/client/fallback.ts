"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { ActionResult } from "@/lib/schemas/action-result";
import type { FallbackForecast, FallbackState } from "@/lib/schemas/accounts-fallback";
import { fetchQuery, QueryError } from "./fetch-query";

const STATE_KEY = ["fallback"] as const;
const FLIP_KEY = ["fallback", "flip"] as const;
/** Everyone in the account sees a flip within 2 s: this, plus the commit, plus the time of one request. */
const POLL_MS = 1_000;

/** The switch, kept up to date while the page is in sight, and at once when it comes back into sight. */
export function useFallback(initialData: FallbackState) {
  const client = useQueryClient();
  return useQuery({
    queryKey: STATE_KEY,
    queryFn: ({ signal }) => fetchQuery<FallbackState>("/api/desk/fallback", {}, signal),
    initialData,
    staleTime: 0,
    // An answer from before our own flip must not put the old state back.
    refetchInterval: () => (client.isMutating({ mutationKey: FLIP_KEY }) > 0 ? false : POLL_MS),
    refetchOnWindowFocus: () => (client.isMutating({ mutationKey: FLIP_KEY }) > 0 ? false : "always"),
  });
}

/** Only asked for once somebody is about to turn it on. */
export function useFallbackForecast(enabled: boolean) {
  return useQuery({
    queryKey: ["fallback-forecast"],
    queryFn: ({ signal }) => fetchQuery<FallbackForecast>("/api/desk/fallback/forecast", {}, signal),
    enabled,
    staleTime: 60_000,
  });
}

type FlipOptions = {
  readonly flip: (input: { enabled: boolean }) => Promise<ActionResult<FallbackState>>;
  /** Shown as the one who did it until the server's answer is here. */
  readonly personName: string;
  /** The words are for a person; the old state is back by then. */
  readonly onRefused: (message: string) => void;
  readonly unreachableText: string;
};

/** Shows the new state at once, and takes it back with the reason if the server refuses or cannot be reached. */
export function useFlipFallback({ flip, personName, onRefused, unreachableText }: FlipOptions) {
  const client = useQueryClient();
  return useMutation({
    mutationKey: FLIP_KEY,
    mutationFn: async (enabled: boolean) => {
      const result = await flip({ enabled });
      if (!result.ok) throw new QueryError(result.error);
      return result.data;
    },
    onMutate: async (enabled) => {
      await client.cancelQueries({ queryKey: STATE_KEY, exact: true });
      const before = client.getQueryData<FallbackState>(STATE_KEY);
      if (before !== undefined) {
        const changedAt = new Date().toISOString();
        client.setQueryData<FallbackState>(STATE_KEY, { ...before, enabled, changedAt, changedBy: personName });
      }
      return { before };
    },
    onError: (error, _enabled, kept) => {
      if (kept?.before !== undefined) client.setQueryData(STATE_KEY, kept.before);
      onRefused(error instanceof QueryError ? error.message : unreachableText);
    },
    onSuccess: (state) => client.setQueryData(STATE_KEY, state),
    onSettled: () => {
      void client.invalidateQueries({ queryKey: STATE_KEY, exact: true });
      void client.invalidateQueries({ queryKey: ["overview"] });
    },
  });
}
