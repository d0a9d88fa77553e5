import type {
  AttemptStatus,
  CampaignStatus,
  Category,
  Channel,
  FallbackDenial,
  FallbackMode,
  FallbackTrigger,
  RouteKey,
} from "../vocabulary";

/*
 * All that is stored about one message, in plain values: times are milliseconds since the epoch (UTC), money is integer micros
 * of the account's currency. Nothing here is derived; see build-timeline.ts.
 */

export type AttemptFact = {
  readonly step: number;
  readonly try: number;
  readonly status: AttemptStatus;
  readonly channel: Channel;
  readonly negative: boolean;
  readonly doubleReach: boolean;
  readonly parts: number;
  readonly segments: number;
  readonly connectionName: string | null;
  readonly priceMicros: number;
  readonly costMicros: number;
  readonly sentAtMs: number;
  readonly outcomeAtMs: number | null;
  readonly deliveredAtMs: number | null;
  readonly readAtMs: number | null;
  readonly failedAtMs: number | null;
  readonly errorCode: string | null;
  readonly carrierId: string | null;
  readonly detail: string | null;
};

export const RECEIPT_KINDS = ["accepted", "sent", "delivered", "read", "failed", "expired"] as const;
export type ReceiptKind = (typeof RECEIPT_KINDS)[number];

export type ReceiptFact = {
  readonly step: number;
  readonly try: number;
  readonly kind: ReceiptKind;
  /** From 0. */
  readonly part: number;
  /** The carrier's clock; null where it sent no time. */
  readonly carrierAtMs: number | null;
  readonly receivedAtMs: number;
  readonly code: string | null;
  /** As it came: untrusted text. */
  readonly raw: string | null;
};

/** Where the permission came from: the account's switch, or the campaign's or message's own setting. */
export type PolicySource = "account" | "campaign" | "message";

export type DecisionFact = {
  /** The step that was left, or stayed at. */
  readonly step: number;
  readonly allowed: boolean;
  readonly trigger: FallbackTrigger;
  readonly denial: FallbackDenial | null;
  readonly errorCode: string | null;
  readonly policyVersion: number;
  readonly policySource: PolicySource;
  readonly waitS: number | null;
  readonly dueAtMs: number | null;
  readonly receiptLagMs: number | null;
  readonly decidedAtMs: number;
  /** Of the trigger `memory`: when the channel said that it does not know the number. */
  readonly evidenceAtMs?: number | null;
};

export type SkippedFact = { readonly step: number; readonly reason: string; readonly atMs: number };

/** A wait that runs now. */
export type TimerFact = {
  readonly step: number;
  readonly trigger: FallbackTrigger;
  readonly waitS: number;
  readonly dueAtMs: number;
  /** The campaign is paused: it does not fire. */
  readonly held: boolean;
};

/** A block that still holds the message: it is waiting for its turn, or on the wire right now. */
export type PendingFact = {
  readonly step: number;
  readonly try: number;
  readonly state: "ready" | "in_flight" | "held" | "cancelled";
  readonly availableAtMs: number;
};

export type CampaignFact = { readonly id: string; readonly name: string; readonly status: CampaignStatus };

export type MessageFacts = {
  /** Decimal. */
  readonly id: string;
  readonly queuedAtMs: number;
  readonly e164: string;
  readonly route: RouteKey;
  readonly category: Category;
  readonly fallbackMode: FallbackMode;
  readonly waitS: number;
  readonly campaign: CampaignFact | null;
  readonly attempts: readonly AttemptFact[];
  readonly receipts: readonly ReceiptFact[];
  readonly decisions: readonly DecisionFact[];
  readonly skipped: readonly SkippedFact[];
  readonly timers: readonly TimerFact[];
  readonly pending: readonly PendingFact[];
};
