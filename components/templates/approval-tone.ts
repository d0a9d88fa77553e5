import type { BadgeTone } from "@/components/ui/badge";
import type { ApprovalView } from "@/lib/schemas/whatsapp-templates";

/** Colour of a state; its word stands beside it always. */
export const APPROVAL_TONE = {
  approved: "ok",
  flagged: "warn",
  in_review: "neutral",
  rejected: "bad",
  paused: "bad",
  disabled: "bad",
  deleted: "bad",
  missing: "bad",
  other: "outline",
  unknown: "outline",
} as const satisfies Record<ApprovalView["state"], BadgeTone>;
