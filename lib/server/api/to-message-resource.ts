import { toPublicMessageId } from "@/lib/domain/dispatch/attempt-reference";
import { buildTimeline, deliveredBy, type TimelineEntry } from "@/lib/domain/timeline/build-timeline";
import { ROUTES, type Channel } from "@/lib/domain/vocabulary";
import type { MessageResource, TimelineKind } from "@/lib/schemas/api/message-resource";
import type { MessageDetail } from "@/lib/schemas/messages";

const NAME = { whatsapp: "WhatsApp", viber: "Viber", sms: "SMS" } as const satisfies Record<Channel, string>;

/** A message as the API shows it: the same facts and the same timeline as at the desk, in English. */
export function toMessageResource(detail: MessageDetail): MessageResource {
  const { facts, currency } = detail;
  const money = (micros: number) => ({ amount: decimalOf(micros), currency });
  const route: readonly Channel[] = ROUTES[facts.route];
  return {
    id: toPublicMessageId(facts.id),
    object: "message",
    created_at: isoOf(facts.queuedAtMs),
    to: facts.e164,
    status: detail.status,
    delivered_by: deliveredBy(facts.attempts),
    route: facts.route,
    category: facts.category,
    template:
      detail.template === null
        ? null
        : { id: detail.template.id, name: detail.template.name, version: detail.template.version },
    campaign_id: facts.campaign?.id ?? null,
    fallback: { mode: facts.fallbackMode, wait_seconds: facts.waitS },
    attempts: facts.attempts.map((attempt) => ({
      step: attempt.step,
      try: attempt.try,
      channel: attempt.channel,
      status: attempt.status,
      sent_at: isoOf(attempt.sentAtMs),
      delivered_at: isoOrNull(attempt.deliveredAtMs),
      read_at: isoOrNull(attempt.readAtMs),
      failed_at: isoOrNull(attempt.failedAtMs),
      carrier_id: attempt.carrierId,
      error_code: attempt.errorCode,
      segments: attempt.segments,
      cost: money(attempt.costMicros),
      reached_twice: attempt.doubleReach,
    })),
    decisions: facts.decisions.map((decision) => ({
      step: decision.step,
      from: route[decision.step] ?? "sms",
      to: route[decision.step + 1] ?? null,
      allowed: decision.allowed,
      trigger: decision.trigger,
      denial: decision.denial,
      error_code: decision.errorCode,
      wait_seconds: decision.waitS,
      policy_version: decision.policyVersion,
      decided_at: isoOf(decision.decidedAtMs),
    })),
    timeline: buildTimeline(facts).flatMap(toTimelineEntry),
    segments: facts.attempts.reduce((sum, attempt) => sum + attempt.segments, 0),
    cost: money(facts.attempts.reduce((sum, attempt) => sum + attempt.costMicros, 0)),
  };
}

type ApiEntry = MessageResource["timeline"][number];

/** The wait that runs is no event: `status` says `waiting`. */
function toTimelineEntry(entry: TimelineEntry): ApiEntry[] {
  const say = (kind: TimelineKind, detail: string): ApiEntry[] => [
    { at: isoOf(entry.atMs), kind, channel: entry.channel, detail },
  ];
  switch (entry.kind) {
    case "queued":
      return say("queued", "Queued.");
    case "outcome":
      return say(entry.outcome === "unknown" ? "outcome_unknown" : entry.outcome, outcomeText(entry));
    case "receipt":
      return say(entry.receipt, receiptText(entry));
    case "decision":
      return entry.decision.allowed
        ? say(
            "fallback",
            `Goes on by ${entry.next === null ? "no other channel" : NAME[entry.next]} (${entry.decision.trigger}).`,
          )
        : say("no_fallback", `Does not go on by another channel: ${entry.decision.denial ?? "policy"}.`);
    case "skipped":
      return say("skipped", `Not sent by ${NAME[entry.channel]}: ${entry.skipped.reason}.`);
    case "waiting":
      return [];
  }
}

function outcomeText({ outcome, channel, attempt }: Extract<TimelineEntry, { kind: "outcome" }>): string {
  const code = attempt.errorCode === null ? "" : ` (${attempt.errorCode})`;
  switch (outcome) {
    case "accepted":
      return attempt.segments > 0
        ? `Accepted by the SMS carrier in ${attempt.segments} ${attempt.segments === 1 ? "segment" : "segments"}.`
        : `Accepted by ${NAME[channel]}.`;
    case "refused":
      return `Refused by ${NAME[channel]}${code}.`;
    case "not_sent":
      return `Could not be handed to ${NAME[channel]}${code}; nothing left.`;
    case "unknown":
      return `Handed to ${NAME[channel]} without an answer${code}; it is not sent there again.`;
  }
}

function receiptText({
  channel,
  receipt,
  part,
  parts,
  code,
  note,
}: Extract<TimelineEntry, { kind: "receipt" }>): string {
  const of = parts > 1 ? `, part ${part} of ${parts}` : "";
  const because = code === null ? "" : ` (${code})`;
  const twice = note === "double_reach" ? " The next channel had been used already: the person got it twice." : "";
  return `${NAME[channel]} reports: ${receipt}${of}${because}.${twice}`;
}

/** Micros as a decimal number: text, because a binary fraction is not money. */
export function decimalOf(micros: number): string {
  return `${Math.floor(micros / 1_000_000)}.${String(micros % 1_000_000).padStart(6, "0")}`;
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString();
}

function isoOrNull(ms: number | null): string | null {
  return ms === null ? null : isoOf(ms);
}
