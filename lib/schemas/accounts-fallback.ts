import { z } from "zod";

/** For queries and actions that take nothing. */
export const noInput = z.object({});
export const switchInput = z.object({ enabled: z.boolean("field.invalid") });

const waitS = (min: number, max: number) =>
  z.coerce.number("field.invalid").int("field.wholeNumber").min(min, "field.tooSmall").max(max, "field.tooBig");

/** Limits in seconds, as the database has them too. */
export const WAIT_LIMITS_S = {
  authentication: { min: 5, max: 600 },
  utility: { min: 10, max: 86_400 },
  marketing: { min: 10, max: 604_800 },
} as const;

const fallbackPolicy = z.object({
  waitAuthenticationS: waitS(WAIT_LIMITS_S.authentication.min, WAIT_LIMITS_S.authentication.max),
  waitUtilityS: waitS(WAIT_LIMITS_S.utility.min, WAIT_LIMITS_S.utility.max),
  waitMarketingS: waitS(WAIT_LIMITS_S.marketing.min, WAIT_LIMITS_S.marketing.max),
  unknownIsUndelivered: z.boolean("field.invalid"),
  /** Whether a channel that lately did not know the number is left out where fallback is on. */
  skipsUnreachable: z.boolean("field.invalid"),
});
export type FallbackPolicy = z.output<typeof fallbackPolicy>;

/** `previous` is what the form showed when it was opened: who saves over a colleague's change gets a conflict. */
export const fallbackPolicyInput = fallbackPolicy.extend({ previous: fallbackPolicy });
export type FallbackPolicyInput = z.output<typeof fallbackPolicyInput>;

export type FallbackState = {
  readonly enabled: boolean;
  /** null: never flipped. */
  readonly changedAt: string | null;
  readonly changedBy: string | null;
  readonly policy: FallbackPolicy;
  readonly policyVersion: number;
  readonly currency: string;
  readonly today: {
    readonly rescued: number;
    readonly costMicros: number;
    readonly doubleReaches: number;
    /** Would have gone by SMS had the switch been on. */
    readonly deniedBySwitch: number;
  };
  /** Who may flip it; for those who may not. */
  readonly admins: readonly string[];
};

/** What turning it on would have meant over the last days. */
export type FallbackForecast = {
  readonly days: number;
  /** Recipients whose route had a channel before SMS. */
  readonly recipients: number;
  readonly wouldFallBack: number;
  /** null: no history yet. */
  readonly share: number | null;
  readonly segments: number | null;
  /** false: no SMS has gone out yet, one segment a message is assumed. */
  readonly segmentsKnown: boolean;
  /** null: no history, or a country without an SMS price. */
  readonly costMicros: number | null;
  readonly currency: string;
};
