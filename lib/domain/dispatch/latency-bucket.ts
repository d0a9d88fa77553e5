/** Upper bounds in seconds of "time to delivery" in charts; the last bucket is open. The texts are stored in rollups: never renamed. */
export const LATENCY_BUCKETS = [
  { code: "1", maxS: 1 },
  { code: "2", maxS: 2 },
  { code: "5", maxS: 5 },
  { code: "10", maxS: 10 },
  { code: "30", maxS: 30 },
  { code: "60", maxS: 60 },
  { code: "120", maxS: 120 },
  { code: "300", maxS: 300 },
  { code: "900", maxS: 900 },
  { code: "3600", maxS: 3_600 },
  { code: "14400", maxS: 14_400 },
  { code: "86400", maxS: 86_400 },
  { code: "more", maxS: Number.POSITIVE_INFINITY },
] as const;
export type LatencyBucket = (typeof LATENCY_BUCKETS)[number]["code"];

/** By the carrier's time of delivery, whose clock may be ahead of ours or coarser: a negative latency counts as none. */
export function latencyBucket(sentAtMs: number, deliveredAtMs: number): LatencyBucket {
  const seconds = (deliveredAtMs - sentAtMs) / 1_000;
  return LATENCY_BUCKETS.find(({ maxS }) => seconds <= maxS)?.code ?? "more";
}
