import { z } from "zod";
import { FAULT_KINDS, FAULT_PRESET_NAMES, SCENARIOS } from "@/lib/domain/laboratory/vocabulary";
import { CHANNELS, type Channel } from "@/lib/domain/vocabulary";

const dayMinutes = 1_440;
/** A whole number with its plus, or the beginning of numbers and a star. */
const numberPattern = z.string().regex(/^\+[1-9]\d{0,14}\*?$/, "field.phone");

export const presetInput = z.object({ preset: z.enum(FAULT_PRESET_NAMES, "field.choice") });

/** A fault as people set it; over which connections it goes the server knows. */
export const faultInput = z.object({
  kind: z.enum(FAULT_KINDS, "field.choice"),
  channel: z.enum(CHANNELS, "field.choice").nullable(),
  /** A second's messages, every how many answers, or seconds: what the kind asks for. */
  amount: z.number("field.number").min(0.1, "field.tooSmall").max(86_400, "field.tooBig").nullable(),
  format: z.enum(["hex", "decimal"], "field.choice").nullable(),
  scenario: z.enum(SCENARIOS, "field.choice").nullable(),
  sharePercent: z.number("field.number").min(1, "field.tooSmall").max(100, "field.tooBig"),
  numbers: z.array(numberPattern).max(1_000, "field.tooBig"),
  startsAt: z.iso.datetime({ offset: true, error: "field.invalid" }).nullable(),
  minutes: z
    .number("field.number")
    .min(0.1, "field.tooSmall")
    .max(7 * dayMinutes, "field.tooBig")
    .nullable(),
  note: z.string().trim().max(200, "field.tooLong"),
});
export type FaultInput = z.output<typeof faultInput>;

export const faultIdInput = z.object({ id: z.string().regex(/^f\d{1,15}$/, "field.invalid") });

const shares = z.partialRecord(
  z.enum(SCENARIOS),
  z.number("field.number").min(0, "field.tooSmall").max(100, "field.tooBig"),
);
export type Shares = z.output<typeof shares>;

/** Percent; they add up to 100. */
export const mixInput = z.object({
  channel: z.enum(CHANNELS, "field.choice"),
  shares: shares.refine(
    (given) => Math.abs(Object.values(given).reduce((sum, share) => sum + share, 0) - 100) < 0.01,
    "field.sumOf100",
  ),
});
export type MixInput = z.output<typeof mixInput>;

export const ledgerQuery = z.object({
  to: z.string().trim().max(20).optional(),
  channel: z.enum(CHANNELS).optional().catch(undefined),
  before: z.coerce.number().int().min(0).default(0),
});
export type LedgerQuery = z.output<typeof ledgerQuery>;

/** A connection of the account that the sandbox answers. */
export type SandboxLink = { readonly id: string; readonly name: string; readonly channel: Channel };

export type LabFault = {
  readonly id: string;
  readonly kind: (typeof FAULT_KINDS)[number];
  readonly channel: Channel | null;
  readonly amount: number | null;
  readonly format: "hex" | "decimal" | null;
  readonly scenario: (typeof SCENARIOS)[number] | null;
  readonly sharePercent: number;
  readonly numbers: readonly string[];
  readonly note: string;
  readonly state: "waiting" | "active" | "ended";
  readonly startsAtMs: number;
  readonly endsAtMs: number | null;
  readonly hits: number;
  /** It was set for this account's connections, from here. */
  readonly isOwn: boolean;
};

export type Laboratory =
  | { readonly state: "none" }
  /** There are connections to it, but it does not answer. */
  | { readonly state: "away"; readonly links: readonly SandboxLink[] }
  | {
      readonly state: "open";
      readonly links: readonly SandboxLink[];
      /** The sandbox's clock, for what is left of a fault. */
      readonly nowMs: number;
      readonly faults: readonly LabFault[];
      readonly mix: Readonly<Record<Channel, Shares>>;
      readonly magicNumbers: readonly {
        readonly ending: string;
        readonly scenario: (typeof SCENARIOS)[number];
        readonly channels: readonly Channel[];
      }[];
    };

export type LedgerLine = {
  readonly seq: number;
  readonly channel: Channel;
  readonly to: string;
  readonly text: string;
  readonly atMs: number;
  readonly scenario: (typeof SCENARIOS)[number];
  readonly faults: readonly string[];
  readonly planned: number;
  readonly told: number;
  /** Of the message in the history; null where the carrier has no field for our reference. */
  readonly messageId: string | null;
};
export type LedgerPage = { readonly lines: readonly LedgerLine[]; readonly next: number | null };
