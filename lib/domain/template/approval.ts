import { hasVariableEnd } from "./link";
import type { TemplateContent, WhatsAppButton } from "../template-content";
import { listVariables } from "./variables";

/**
 * What has become of a template at WhatsApp, in our words. Out of Meta's `status` (template list) and `event` (webhook
 * `message_template_status_update`), which share their vocabulary but for a few.
 *
 * - `approved`   may be sent
 * - `flagged`    may be sent; its quality is low, and WhatsApp pauses it next
 * - `in_review`  not yet
 * - `rejected`, `paused`, `disabled`, `deleted`  refused for every recipient
 * - `other`      a word that Meta added since
 */
export type ApprovalState =
  "approved" | "flagged" | "in_review" | "rejected" | "paused" | "disabled" | "deleted" | "other";

const STATE_OF: Readonly<Record<string, ApprovalState>> = {
  APPROVED: "approved",
  REINSTATED: "approved",
  FLAGGED: "flagged",
  PENDING: "in_review",
  PENDING_REVIEW: "in_review",
  IN_APPEAL: "in_review",
  APPEAL_REQUESTED: "in_review",
  REJECTED: "rejected",
  PAUSED: "paused",
  DISABLED: "disabled",
  LIMIT_EXCEEDED: "disabled",
  ARCHIVED: "disabled",
  DELETED: "deleted",
  PENDING_DELETION: "deleted",
};

export function approvalState(status: string): ApprovalState {
  const word = status.toUpperCase();
  return Object.hasOwn(STATE_OF, word) ? (STATE_OF[word] ?? "other") : "other";
}

/** May a message with it leave? One that we cannot judge may: WhatsApp answers for itself. */
export function isSendable(state: ApprovalState): state is "approved" | "flagged" | "other" {
  return state === "approved" || state === "flagged" || state === "other";
}

/**
 * The error with which WhatsApp would refuse each message, for a template that it has stopped; null: it goes on. A campaign that is
 * paused beforehand so tells the same as one that ran into the refusal.
 */
export function stopCode(state: ApprovalState): string | null {
  switch (state) {
    case "paused":
      return "132015";
    case "disabled":
      return "132016";
    case "rejected":
      return "132007";
    case "deleted":
      return "132001";
    default:
      return null;
  }
}

const STOP_CODES: ReadonlySet<string> = new Set(
  (["paused", "disabled", "rejected", "deleted"] as const).flatMap((state) => stopCode(state) ?? []),
);

/** Whether a campaign paused with it waits for WhatsApp's word on its template. */
export function isStopCode(code: string): boolean {
  return STOP_CODES.has(code);
}

/** A template as the business account has it, without what we do not use. */
export type ApprovedShape = {
  /** Null: no header. */
  readonly header: "text" | "image" | "video" | "document" | "location" | "other" | null;
  readonly body: string;
  readonly footer: string | null;
  readonly buttons: readonly {
    readonly kind: "url" | "reply" | "other";
    readonly label: string;
    /** Of a link; ends in `{{1}}` where it has a variable end. */
    readonly url: string | null;
  }[];
};

export type ApprovalDifference =
  | { readonly kind: "variables"; readonly ours: number; readonly theirs: number }
  | { readonly kind: "variable_names"; readonly ours: string; readonly theirs: string }
  | { readonly kind: "header"; readonly ours: "none" | "image"; readonly theirs: string }
  | { readonly kind: "buttons"; readonly ours: number; readonly theirs: number }
  | { readonly kind: "button_kind"; readonly at: number }
  | { readonly kind: "category"; readonly ours: string; readonly theirs: string };

/**
 * Where our template asks for other things than the approved one has. All but the category end in a refusal by WhatsApp
 * (132000, 132012); the category changes what a message costs.
 */
export function compareWithApproved(
  content: TemplateContent,
  shape: ApprovedShape,
  category: string | null,
): readonly ApprovalDifference[] {
  return [
    ...variableDifferences(content, shape),
    ...headerDifferences(content, shape),
    ...buttonDifferences(content, shape),
  ].concat(
    category === null || category.toLowerCase() === content.category
      ? []
      : [{ kind: "category", ours: content.category, theirs: category.toLowerCase() }],
  );
}

/** Ends in a refusal of every message. */
export function isFatal(difference: ApprovalDifference): boolean {
  return difference.kind !== "category";
}

function variableDifferences(content: TemplateContent, shape: ApprovedShape): readonly ApprovalDifference[] {
  const [ours, theirs] = [listVariables(content.body), listVariables(shape.body)];
  if (ours.length !== theirs.length) return [{ kind: "variables", ours: ours.length, theirs: theirs.length }];
  if (ours.every((name) => theirs.includes(name))) return [];
  return [{ kind: "variable_names", ours: ours.join(", "), theirs: theirs.join(", ") }];
}

function headerDifferences({ whatsapp }: TemplateContent, { header }: ApprovedShape): readonly ApprovalDifference[] {
  const ours = whatsapp.imageUrl === null ? "none" : "image";
  // A fixed text above the body needs nothing from us.
  const needed = header === null || header === "text" ? "none" : header;
  return ours === needed ? [] : [{ kind: "header", ours, theirs: header ?? "none" }];
}

function buttonDifferences({ whatsapp }: TemplateContent, { buttons }: ApprovedShape): readonly ApprovalDifference[] {
  if (whatsapp.buttons.length !== buttons.length) {
    return [{ kind: "buttons", ours: whatsapp.buttons.length, theirs: buttons.length }];
  }
  const at = whatsapp.buttons.findIndex((button, i) => !sameButton(button, buttons[i]));
  return at < 0 ? [] : [{ kind: "button_kind", at: at + 1 }];
}

function sameButton(ours: WhatsAppButton, theirs: ApprovedShape["buttons"][number] | undefined): boolean {
  if (ours.kind !== theirs?.kind) return false;
  return ours.kind === "reply" || hasVariableEnd(ours.url) === hasVariableEnd(theirs.url ?? "");
}
