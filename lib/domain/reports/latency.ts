import { LATENCY_BUCKETS, type LatencyBucket } from "../dispatch/latency-bucket";

/** The bucket within which this share of the deliveries came; null without any. Exact only to the width of the bucket. */
export function percentileBucket(counts: ReadonlyMap<string, number>, share: number): LatencyBucket | null {
  const all = LATENCY_BUCKETS.reduce((sum, { code }) => sum + (counts.get(code) ?? 0), 0);
  if (all <= 0) return null;
  let seen = 0;
  for (const { code } of LATENCY_BUCKETS) {
    seen += counts.get(code) ?? 0;
    if (seen >= all * share) return code;
  }
  return "more";
}

/**
 * Of these deliveries, the share that came later than a wait: those people would get the message twice if it were that short. A
 * bucket that the wait cuts counts as late, so the warning errs upwards; null without deliveries.
 *
 * @param buckets upper bounds in seconds, ascending; null is open
 */
export function lateShare(
  buckets: readonly { readonly maxS: number | null; readonly n: number }[],
  waitS: number,
): number | null {
  const all = buckets.reduce((sum, { n }) => sum + n, 0);
  if (all <= 0) return null;
  const late = buckets.reduce((sum, { maxS, n }) => sum + (maxS === null || maxS > waitS ? n : 0), 0);
  return late / all;
}
