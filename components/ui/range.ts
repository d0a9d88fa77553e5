/** Spans that a page can show; days are calendar days of the account, today included. */
export const RANGES = ["today", "7d", "30d", "90d"] as const;
export type Range = (typeof RANGES)[number];

export const RANGE_DAYS = { today: 1, "7d": 7, "30d": 30, "90d": 90 } as const satisfies Record<Range, number>;

/** Reads `?range=`; anything else, or nothing, is the fallback. */
export function parseRange(value: string | readonly string[] | undefined, fallback: Range = "7d"): Range {
  return RANGES.find((range) => range === value) ?? fallback;
}
