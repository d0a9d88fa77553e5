import type { FaultKind, Scenario } from "@/lib/domain/laboratory/vocabulary";
import type { Channel } from "@/lib/domain/vocabulary";
import type { FaultInput } from "@/lib/schemas/laboratory";

/** Kinds that want a number, and what stands there at first. */
export const AMOUNT_KINDS = {
  throttle: { first: "50", min: 0.1 },
  answer_errors: { first: "3", min: 1 },
  slow_answers: { first: "20", min: 0.1 },
  receipts_late: { first: "600", min: 1 },
  session_drops: { first: "30", min: 0.1 },
} as const satisfies Partial<Record<FaultKind, { first: string; min: number }>>;
export type AmountKind = keyof typeof AMOUNT_KINDS;

/** As it stands in the form: texts, so that nothing typed is lost. */
export type FaultDraft = {
  readonly kind: FaultKind;
  readonly channel: Channel | "";
  readonly amounts: Readonly<Record<AmountKind, string>>;
  readonly format: "hex" | "decimal";
  readonly scenario: Scenario;
  readonly share: string;
  readonly numbers: string;
  /** Of the browser's own clock; empty: at once. */
  readonly startsAt: string;
  readonly minutes: string;
  readonly note: string;
};

export function newFault(): FaultDraft {
  return {
    ...{ kind: "outage", channel: "", format: "hex", scenario: "never", share: "100", numbers: "" },
    ...{ startsAt: "", minutes: "5", note: "" },
    amounts: {
      throttle: AMOUNT_KINDS.throttle.first,
      answer_errors: AMOUNT_KINDS.answer_errors.first,
      slow_answers: AMOUNT_KINDS.slow_answers.first,
      receipts_late: AMOUNT_KINDS.receipts_late.first,
      session_drops: AMOUNT_KINDS.session_drops.first,
    },
  };
}

export function hasAmount(kind: FaultKind): kind is AmountKind {
  return kind in AMOUNT_KINDS;
}

export function isSmsOnly(kind: FaultKind): boolean {
  return kind === "ids" || kind === "session_drops";
}

/** What the server is asked; what makes no sense it refuses, field by field. */
export function readFault(draft: FaultDraft): FaultInput {
  const { kind, channel, note, numbers, minutes, startsAt } = draft;
  return {
    ...{ kind, note, channel: channel === "" ? null : channel },
    amount: hasAmount(kind) ? Number(draft.amounts[kind]) : null,
    format: kind === "ids" ? draft.format : null,
    scenario: kind === "scenario" ? draft.scenario : null,
    sharePercent: Number(draft.share),
    numbers: numbers.split(/[,;\n]+/).flatMap((one) => {
      const tidy = one.replace(/[\s()-]/g, "");
      return tidy === "" ? [] : [tidy];
    }),
    startsAt: startsAt === "" ? null : new Date(startsAt).toISOString(),
    minutes: minutes === "" ? null : Number(minutes),
  };
}
