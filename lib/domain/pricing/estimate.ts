import type { Channel } from "../vocabulary";
import { priceFor, type PriceRow } from "./price";

/** People who cost the same: one country, one number of SMS segments with the variables filled in. */
export type RecipientGroup = {
  readonly country: string;
  readonly segments: number;
  readonly recipients: number;
};

/** Shares between 0 and 1 of the messages that leave a channel for the next one, from history. */
export type FallbackRate = { readonly low: number; readonly expected: number; readonly high: number };

export type CampaignEstimateInput = {
  readonly route: readonly Channel[];
  readonly recipientsByCountryAndSegments: readonly RecipientGroup[];
  readonly prices: readonly PriceRow[];
  /** null: no history yet. Then nothing is expected, and only the bounds are given. */
  readonly fallbackRate: FallbackRate | null;
  readonly fallbackOn: boolean;
  /** Milliseconds since the epoch, UTC; without it every price row counts as in force. */
  readonly at?: number;
};

/** All amounts in micros. */
export type CampaignEstimate = {
  readonly recipients: number;
  /** null without history. */
  readonly expectedMicros: number | null;
  /** Between the low and the high rate of history; null without. */
  readonly likelyMicros: { readonly from: number; readonly to: number } | null;
  /** Everyone is reached, by the cheapest step; less where history says that some are not reached at all. */
  readonly minMicros: number;
  /** The most that carriers can bill: what "up to" on the button says. */
  readonly maxMicros: number;
  /** SMS segments; null without history, unless the route is SMS alone. */
  readonly expectedSegments: number | null;
  /** Everyone gets the SMS, if anyone can. */
  readonly worstSegments: number;
  /** The first channel alone; people who are not reached there cost nothing on WhatsApp and Viber. */
  readonly withoutFallbackMicros: number;
  /** People expected not to be reached without fallback; null without history. */
  readonly unreachedWithoutFallback: number | null;
  /** Where a channel of the route has no price: its part is missing in every amount. */
  readonly unpriced: readonly { readonly country: string; readonly channel: Channel; readonly recipients: number }[];
};

/**
 * What a campaign will cost, before it is launched.
 *
 * Model: of those on a channel, the rate's share goes on to the next one and the others are delivered
 * there; the last channel is billed for everyone who comes to it. The rate holds for each step. The upper
 * bound does not trust the model: everyone may go all the way, and WhatsApp, which cannot recall a
 * message, may deliver and bill late as well. Viber's time to live is the wait itself, so Viber and the
 * next step are not both counted.
 */
export function estimateCampaign(input: CampaignEstimateInput): CampaignEstimate {
  const { recipientsByCountryAndSegments: groups, fallbackRate: rate } = input;
  const route = input.fallbackOn ? input.route : input.route.slice(0, 1);
  const costs = groups.map((group) => ({ group, stepMicros: stepCosts(route, group, input) }));
  const sum = (micros: (stepMicros: readonly number[]) => number) =>
    Math.round(costs.reduce((total, { group, stepMicros }) => total + group.recipients * micros(stepMicros), 0));
  const atRate = (share: number) => sum((stepMicros) => costAtRate(stepMicros, share, input.route.length));
  const recipients = groups.reduce((total, group) => total + group.recipients, 0);
  const likely = rate === null ? null : [rate.low, rate.expected, rate.high].map(atRate);
  const cheapestMicros = sum((stepMicros) => (stepMicros.length === 0 ? 0 : Math.min(...stepMicros)));
  const isSingle = input.route.length <= 1;
  const segments = groups.reduce((total, group) => total + group.recipients * group.segments, 0);
  const smsStep = route.indexOf("sms");
  const share = isSingle ? 0 : (rate?.expected ?? null);
  return {
    recipients,
    expectedMicros: share === null ? null : atRate(share),
    likelyMicros: likely === null ? null : { from: Math.min(...likely), to: Math.max(...likely) },
    minMicros: Math.min(cheapestMicros, ...(likely ?? [])),
    maxMicros: sum((stepMicros) => costAtWorst(route, stepMicros)),
    expectedSegments: smsStep < 0 ? 0 : share === null ? null : Math.round(segments * share ** smsStep),
    worstSegments: smsStep < 0 ? 0 : segments,
    withoutFallbackMicros: sum(([first = 0]) => (isSingle ? first : (1 - (rate?.expected ?? 0)) * first)),
    unreachedWithoutFallback: share === null ? null : Math.round(recipients * share),
    unpriced: listUnpriced(route, input),
  };
}

/** What each step costs for one of the group who is reached there; 0 where nobody knows the price. */
function stepCosts(
  route: readonly Channel[],
  group: RecipientGroup,
  { prices, at = Infinity }: CampaignEstimateInput,
): readonly number[] {
  return route.map((channel) => {
    const priceMicros = priceFor(prices, channel, group.country, at) ?? 0;
    return channel === "sms" ? group.segments * priceMicros : priceMicros;
  });
}

/**
 * Per recipient. The last step of the whole route has nowhere to lose people to; where the switch cut
 * the route short, the last step used still loses them, at no cost.
 */
function costAtRate(stepMicros: readonly number[], rate: number, routeLength: number): number {
  return stepMicros.reduce((total, micros, step) => {
    const delivered = step === routeLength - 1 ? 1 : 1 - rate;
    return total + rate ** step * delivered * micros;
  }, 0);
}

/** Per recipient: the dearest single step, plus every WhatsApp step before it that may bill late. */
function costAtWorst(route: readonly Channel[], stepMicros: readonly number[]): number {
  let late = 0;
  let worst = 0;
  stepMicros.forEach((micros, step) => {
    worst = Math.max(worst, late + micros);
    if (route[step] === "whatsapp") late += micros;
  });
  return worst;
}

function listUnpriced(
  route: readonly Channel[],
  { recipientsByCountryAndSegments, prices, at = Infinity }: CampaignEstimateInput,
): CampaignEstimate["unpriced"] {
  const byCountry = new Map<string, number>();
  for (const { country, recipients } of recipientsByCountryAndSegments) {
    byCountry.set(country, (byCountry.get(country) ?? 0) + recipients);
  }
  return [...byCountry].flatMap(([country, recipients]) =>
    route
      .filter((channel) => recipients > 0 && priceFor(prices, channel, country, at) === null)
      .map((channel) => ({ country, channel, recipients })),
  );
}
