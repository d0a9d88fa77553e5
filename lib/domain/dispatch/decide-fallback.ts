import type {
  AttemptStatus,
  CampaignStatus,
  Category,
  FallbackDenial,
  FallbackMode,
  FallbackTrigger,
} from "../vocabulary";
import { isDelivered } from "./attempt-state";
import { afterUnknown, isFallbackOn, type DispatchPolicy } from "./dispatch-policy";

/** What a failure means for the next channel, as the carrier's code says (lib/domain/carrier-codes). */
export type FailureMeaning =
  "unreachable_here" | "opted_out" | "blocked" | "sender_fault" | "template_fault" | "content_fault" | "bad_number";

export type FallbackQuestion = {
  readonly trigger: FallbackTrigger;
  readonly category: Category;
  readonly step: number;
  readonly stepCount: number;
  /** Of every attempt of the message so far, any step and try. */
  readonly statuses: readonly AttemptStatus[];
  readonly alreadyDecided: boolean;
  readonly mode: FallbackMode;
  readonly policy: DispatchPolicy;
  /** Null: a message from the API. */
  readonly campaignStatus: CampaignStatus | null;
  readonly suppression: "opted_out" | "blocked" | null;
  /** Only for the trigger `failure`, else null. */
  readonly failure: FailureMeaning | null;
};

export type FallbackAnswer =
  | { readonly kind: "allowed"; readonly toStep: number }
  | { readonly kind: "denied"; readonly denial: FallbackDenial }
  /** Ask again when the campaign goes on. */
  | { readonly kind: "wait" }
  /** There is nothing to decide: it arrived, it was decided before, or no channel is left. */
  | { readonly kind: "settled" };

/**
 * "Shall this message go on by the next channel?" Asked under the message's lock once a trigger has come true.
 *
 * Person before money before policy: whoever said no is never reached by another channel, whatever the switches say. A fault of
 * the sender or of the template would repeat itself for everyone, so marketing does not spill onto SMS for it; a code or an order
 * update still must arrive. A wrong number is wrong on every channel.
 */
export function decideFallback(question: FallbackQuestion): FallbackAnswer {
  if (question.alreadyDecided || question.statuses.some(isDelivered)) return { kind: "settled" };
  if (question.step + 1 >= question.stepCount) return { kind: "settled" };
  if (question.campaignStatus === "cancelled") return denied("campaign_cancelled");
  if (question.suppression !== null) return denied(question.suppression);
  const fault = denialOfFailure(question.failure, question.category);
  if (fault !== null) return denied(fault);
  if (question.trigger === "unknown" && !afterUnknown(question.category, question.policy, 0).countsAsUndelivered) {
    return denied("policy");
  }
  if (question.campaignStatus === "paused" || question.campaignStatus === "draft") return { kind: "wait" };
  if (!isFallbackOn(question.mode, question.policy)) {
    return denied(question.mode === "off" ? "campaign_off" : "switch_off");
  }
  return { kind: "allowed", toStep: question.step + 1 };
}

function denied(denial: FallbackDenial): FallbackAnswer {
  return { kind: "denied", denial };
}

function denialOfFailure(failure: FailureMeaning | null, category: Category): FallbackDenial | null {
  switch (failure) {
    case null:
    case "unreachable_here":
      return null;
    case "opted_out":
      return "opted_out";
    case "blocked":
      // Blocking the sender on one channel says no to its advertising everywhere; an order update may still go by SMS.
      return category === "marketing" ? "blocked" : null;
    case "sender_fault":
      return category === "marketing" ? "sender_fault" : null;
    case "template_fault":
      return category === "authentication" ? null : "template_fault";
    case "content_fault":
      return "content_fault";
    case "bad_number":
      return "bad_number";
  }
}
