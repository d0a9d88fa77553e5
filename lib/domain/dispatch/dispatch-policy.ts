import type { Category, FallbackMode } from "../vocabulary";

/** What the account allows, as it stood when a question was answered. */
export type DispatchPolicy = {
  readonly smsFallbackEnabled: boolean;
  readonly version: number;
  /** Marketing only: a send that we cannot account for counts as undelivered. May reach a person twice. */
  readonly unknownIsUndelivered: boolean;
};

/** Seconds before silence counts as "not reachable here", where nobody has set another wait. */
export const DEFAULT_WAIT_S = { authentication: 20, utility: 60, marketing: 90 } as const satisfies Record<
  Category,
  number
>;

/** A campaign's or message's own word goes before the account's switch. */
export function isFallbackOn(mode: FallbackMode, policy: Pick<DispatchPolicy, "smsFallbackEnabled">): boolean {
  return mode === "inherit" ? policy.smsFallbackEnabled : mode === "on";
}

/** Whose word decided: the account's switch, or that of the campaign or message that does not inherit it. */
export function policySourceOf(mode: FallbackMode, campaignId: string | null): "account" | "campaign" | "message" {
  if (mode === "inherit") return "account";
  return campaignId === null ? "message" : "campaign";
}

const MIN_UNKNOWN_AUTHENTICATION_S = 15;
const MAX_UNKNOWN_AUTHENTICATION_S = 30;

/**
 * How long to wait for a receipt after an outcome that we cannot account for, and whether silence then counts as undelivered
 * (reliability.md, "What to do with unknown"). The same channel is never used again, whatever the category.
 */
export function afterUnknown(
  category: Category,
  policy: Pick<DispatchPolicy, "unknownIsUndelivered">,
  waitS: number,
): { readonly waitS: number; readonly countsAsUndelivered: boolean } {
  switch (category) {
    case "authentication":
      return {
        waitS: Math.min(MAX_UNKNOWN_AUTHENTICATION_S, Math.max(MIN_UNKNOWN_AUTHENTICATION_S, waitS)),
        countsAsUndelivered: true,
      };
    case "utility":
      return { waitS, countsAsUndelivered: true };
    case "marketing":
      return { waitS, countsAsUndelivered: policy.unknownIsUndelivered };
  }
}
