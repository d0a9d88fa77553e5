/** What one key may do: so many requests a second on average, and so many at once after a pause. */
export const RATE_LIMIT = { perSecond: 50, burst: 100 } as const;

type Bucket = { tokens: number; atMs: number };

export type TokenBuckets = Map<string, Bucket>;
export type Take = { readonly ok: true; readonly left: number } | { readonly ok: false; readonly retryAfterS: number };

const MAX_BUCKETS = 10_000;

/**
 * One request of one key. Buckets live in the memory of the web process: with several of them the limit holds for each. The
 * carriers' own limits are kept elsewhere, by the connection; this one keeps a runaway loop from the database.
 *
 * @param nowMs of a clock that does not go back
 */
export function takeToken(
  buckets: TokenBuckets,
  key: string,
  nowMs: number,
  limit: { perSecond: number; burst: number } = RATE_LIMIT,
): Take {
  const bucket = buckets.get(key) ?? { tokens: limit.burst, atMs: nowMs };
  const grown = bucket.tokens + (Math.max(0, nowMs - bucket.atMs) / 1000) * limit.perSecond;
  const tokens = Math.min(limit.burst, grown);
  const ok = tokens >= 1;
  // Set anew, so that the oldest entry of the map is the one longest unused.
  buckets.delete(key);
  buckets.set(key, { tokens: ok ? tokens - 1 : tokens, atMs: nowMs });
  if (buckets.size > MAX_BUCKETS)
    for (const oldest of buckets.keys()) {
      buckets.delete(oldest);
      break;
    }
  return ok
    ? { ok, left: Math.floor(tokens - 1) }
    : { ok, retryAfterS: Math.max(1, Math.ceil((1 - tokens) / limit.perSecond)) };
}
