import { CHANNELS } from "@/lib/domain/vocabulary";
import { SCENARIOS } from "@/lib/domain/laboratory/vocabulary";
import { z } from "zod";

const dayS = 86_400;
const maxDays = 30;

/** A whole number, or the beginning of numbers when a star ends it. */
const numberPattern = z.string().regex(/^\+[1-9]\d{0,14}\*?$/, "a number with its plus, or its beginning and a star");

const times = {
  /** Missing: at once. */
  startsAt: z.iso.datetime({ offset: true }).optional(),
  endsAt: z.iso.datetime({ offset: true }).optional(),
  /** Instead of `endsAt`. Neither of them: until it is stopped. */
  durationS: z
    .number()
    .min(0.1)
    .max(maxDays * dayS)
    .optional(),
  note: z.string().max(200).optional(),
};
/** Phone number ids, service ids, system ids, account sids; missing: all. */
const connections = { connections: z.array(z.string().min(1).max(64)).min(1).max(500).optional() };
const everywhere = { channel: z.enum(CHANNELS).optional(), ...connections, ...times };
const someNumbers = {
  /** Of the numbers that are met, chosen by seed; the same number always gets the same answer. */
  share: z.number().positive().max(1).default(1),
  numbers: z.array(numberPattern).min(1).max(10_000).optional(),
};
const smsOnly = { channel: z.literal("sms").default("sms"), ...connections, ...times };
const none = z.strictObject({}).default({});
const delay = (maxMs: number) => z.strictObject({ delayMs: z.number().int().min(1).max(maxMs) });

export const faultInputSchema = z
  .discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("outage"), ...everywhere, ...someNumbers, params: none }),
    z.strictObject({
      kind: z.literal("throttle"),
      ...everywhere,
      ...someNumbers,
      params: z.strictObject({ perSecond: z.number().min(0.01).max(100_000) }),
    }),
    z.strictObject({
      kind: z.literal("answer_errors"),
      ...everywhere,
      ...someNumbers,
      params: z.strictObject({ every: z.number().int().min(1).max(10_000) }),
    }),
    z.strictObject({ kind: z.literal("slow_answers"), ...everywhere, ...someNumbers, params: delay(600_000) }),
    z.strictObject({
      kind: z.literal("receipts_late"),
      ...everywhere,
      ...someNumbers,
      params: delay(maxDays * dayS * 1_000),
    }),
    z.strictObject({ kind: z.literal("receipts_lost"), ...everywhere, ...someNumbers, params: none }),
    z.strictObject({ kind: z.literal("webhooks_held"), ...everywhere, ...someNumbers, params: none }),
    z.strictObject({
      kind: z.literal("ids"),
      ...smsOnly,
      ...someNumbers,
      params: z.strictObject({ format: z.enum(["hex", "decimal"]) }),
    }),
    z.strictObject({
      kind: z.literal("session_drops"),
      ...smsOnly,
      params: z.strictObject({ everyS: z.number().min(0.1).max(3_600) }),
    }),
    z.strictObject({
      kind: z.literal("scenario"),
      ...everywhere,
      ...someNumbers,
      params: z.strictObject({
        scenario: z.enum(SCENARIOS),
        delayMs: z
          .number()
          .int()
          .min(0)
          .max(maxDays * dayS * 1_000)
          .optional(),
        tries: z.number().int().min(1).max(1_000_000).optional(),
      }),
    }),
  ])
  .refine(({ endsAt, durationS }) => endsAt === undefined || durationS === undefined, "endsAt or durationS, not both");
export type FaultInput = z.input<typeof faultInputSchema>;
export type CheckedFault = z.output<typeof faultInputSchema>;

/** A fault that has been taken: with its name and its times in milliseconds since the epoch. */
export type Fault = WithoutTimes<CheckedFault> & {
  readonly id: string;
  readonly startsAtMs: number;
  /** Null: until it is stopped. */
  readonly endsAtMs: number | null;
};
type WithoutTimes<One> = One extends unknown ? Omit<One, "startsAt" | "endsAt" | "durationS"> : never;

/** @throws Error in words for the caller when the times make no sense */
export function timesOf(input: CheckedFault, nowMs: number): { startsAtMs: number; endsAtMs: number | null } {
  const startsAtMs = input.startsAt === undefined ? nowMs : Date.parse(input.startsAt);
  const ofDuration = input.durationS === undefined ? null : startsAtMs + Math.round(input.durationS * 1_000);
  const endsAtMs = input.endsAt === undefined ? ofDuration : Date.parse(input.endsAt);
  if (startsAtMs > nowMs + maxDays * dayS * 1_000)
    throw new FaultRefused(`It may start at most ${maxDays} days ahead.`);
  if (endsAtMs !== null && (endsAtMs <= startsAtMs || endsAtMs <= nowMs))
    throw new FaultRefused("It ends before it begins.");
  return { startsAtMs, endsAtMs };
}

/** A fault that cannot be taken, in words for the caller. */
export class FaultRefused extends Error {}
