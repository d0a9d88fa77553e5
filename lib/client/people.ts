"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { Person } from "@/lib/schemas/people";
import { fetchQuery } from "./fetch-query";

const PEOPLE_KEY = ["people"] as const;

export function usePeople(initialData: readonly Person[]) {
  return useQuery({
    queryKey: PEOPLE_KEY,
    queryFn: ({ signal }) => fetchQuery<readonly Person[]>("/api/desk/people", {}, signal),
    initialData,
    refetchInterval: 15_000,
  });
}

export function useRefreshPeople(): () => Promise<void> {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: PEOPLE_KEY });
}
