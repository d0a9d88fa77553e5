/** maxS null: the open last bucket. */
export type LatencyBucketCount = { readonly maxS: number | null; readonly n: number };

/**
 * Of the deliveries seen, the share that came later than the wait: so many would have been reached a second time by the next
 * channel. Within the bucket in which the wait falls deliveries are taken as spread evenly; the open one counts whole.
 *
 * @returns 0 to 1, null without history
 */
export function lateShare(buckets: readonly LatencyBucketCount[], waitS: number): number | null {
  const all = buckets.reduce((sum, { n }) => sum + n, 0);
  if (all <= 0) return null;
  let from = 0;
  let late = 0;
  for (const { maxS, n } of buckets) {
    if (maxS === null || waitS <= from) late += n;
    else if (waitS < maxS) late += (n * (maxS - waitS)) / (maxS - from);
    from = maxS ?? from;
  }
  return Math.min(1, late / all);
}
