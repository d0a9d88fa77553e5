import type { Scenario } from "./vocabulary";

type Shares = Readonly<Partial<Record<Scenario, number>>>;

const tenths = 1_000;

/** Shares of anything as percent with one decimal, 100 together; what rounding leaves over goes to the largest. */
export function toPercent(shares: Shares): Shares {
  return spread(shares, tenths);
}

/**
 * One slider is moved: the others share what is left, each by its own weight, so that all are 100 together. Where the others are
 * all at nothing, the plain delivery takes what is left (or the slider stays at 100 if it is the plain delivery itself).
 *
 * @param percent of the one that is moved, 0 to 100
 */
export function balanceShares(shares: Shares, moved: Scenario, percent: number): Shares {
  const own = Math.min(tenths, Math.max(0, Math.round(percent * 10)));
  const { [moved]: _moved, ...others } = shares;
  const hasOthers = (Object.values(others) as number[]).some((share) => share > 0);
  if (hasOthers) return { ...spread(others, tenths - own), [moved]: own / 10 };
  return moved === "delivered"
    ? { ...others, delivered: 100 }
    : { ...others, delivered: (tenths - own) / 10, [moved]: own / 10 };
}

function spread(shares: Shares, total: number): Shares {
  const entries = Object.entries(shares) as [Scenario, number][];
  const sum = entries.reduce((all, [, share]) => all + share, 0);
  if (sum <= 0) return { ...shares, delivered: total / 10 };
  const rounded = entries.map(([scenario, share]) => [scenario, Math.floor((share / sum) * total)] as const);
  const left = total - rounded.reduce((all, [, share]) => all + share, 0);
  const [largest] = [...entries].sort(([, a], [, b]) => b - a);
  return Object.fromEntries(
    rounded.map(([scenario, share]) => [scenario, (share + (scenario === largest?.[0] ? left : 0)) / 10]),
  );
}
