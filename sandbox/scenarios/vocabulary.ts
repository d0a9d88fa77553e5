import { CHANNELS, type Channel } from "@/lib/domain/vocabulary";
import { SCENARIOS, type Scenario } from "@/lib/domain/laboratory/vocabulary";
import { z } from "zod";

export { SCENARIOS, type Scenario };

/** A scenario with its two knobs. */
export type Choice = {
  readonly scenario: Scenario;
  /** For `delivered_late`: when the delivery comes, before the sandbox's speed. */
  readonly delayMs: number | null;
  /** For `throttled`: how many tries are turned away. */
  readonly tries: number | null;
};

export const ruleSchema = z.strictObject({
  to: z.string().regex(/^\+[1-9]\d{6,14}$/, "an international number with its plus"),
  channel: z.enum(CHANNELS).optional(),
  scenario: z.enum(SCENARIOS),
  delayMs: z.number().int().min(0).max(2_592_000_000).optional(),
  tries: z.number().int().min(1).max(1_000_000).optional(),
});
export type Rule = z.infer<typeof ruleSchema>;

const sharesSchema = z
  .partialRecord(z.enum(SCENARIOS), z.number().min(0).max(1e9))
  .refine((shares) => Object.values(shares).some((share) => share > 0), "at least one share above 0");

export const mixSchema = z.partialRecord(z.enum(CHANNELS), sharesSchema);

/** Shares of the scenarios on each channel; they need not add up to anything. */
export type Mix = Readonly<Record<Channel, Readonly<Partial<Record<Scenario, number>>>>>;
