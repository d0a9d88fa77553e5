"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { Overview, Report, ReportInput, ReportRange } from "@/lib/schemas/reports";
import { fetchQuery } from "./fetch-query";

const LIVE_MS = 2_000;
const CALM_MS = 15_000;

/** Moves with the traffic while a campaign runs, and looks in now and then otherwise. */
export function useReport(input: ReportInput, initialData: Report) {
  return useQuery({
    queryKey: ["report", input.range, input.campaign ?? null, input.channel ?? null],
    queryFn: ({ signal }) => fetchQuery<Report>("/api/desk/reports", input, signal),
    initialData,
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (state.data?.live === true ? LIVE_MS : CALM_MS),
  });
}

export function useOverview(range: ReportRange, initialData: Overview) {
  return useQuery({
    queryKey: ["overview", range],
    queryFn: ({ signal }) => fetchQuery<Overview>("/api/desk/reports/overview", { range }, signal),
    initialData,
    refetchInterval: ({ state }) => (state.data?.report.live === true ? LIVE_MS : CALM_MS),
  });
}
