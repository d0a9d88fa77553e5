import { z } from "zod";
import { FAULT_KINDS, SCENARIOS } from "@/lib/domain/laboratory/vocabulary";
import { CHANNELS } from "@/lib/domain/vocabulary";

/** What the sandbox's admin API answers, as far as the desk reads it. */

const scenario = z.enum(SCENARIOS);
const shares = z.partialRecord(scenario, z.number());

export const sandboxFault = z.object({
  id: z.string(),
  kind: z.enum(FAULT_KINDS),
  channel: z.enum(CHANNELS).optional(),
  connections: z.array(z.string()).optional(),
  share: z.number().default(1),
  numbers: z.array(z.string()).default([]),
  note: z.string().default(""),
  startsAtMs: z.number(),
  endsAtMs: z.number().nullable(),
  state: z.enum(["waiting", "active", "ended"]),
  hits: z.number(),
  params: z
    .object({
      perSecond: z.number(),
      every: z.number(),
      delayMs: z.number(),
      everyS: z.number(),
      format: z.enum(["hex", "decimal"]),
      scenario,
    })
    .partial(),
});
export type SandboxFault = z.output<typeof sandboxFault>;

export const faultsAnswer = z.object({ nowMs: z.number(), faults: z.array(sandboxFault) });
export const faultAnswer = z.object({ fault: sandboxFault });
export const anyAnswer = z.looseObject({});

export const scenariosAnswer = z.object({
  mix: z.record(z.enum(CHANNELS), shares),
  magicNumbers: z.array(z.object({ ending: z.string(), scenario, channels: z.array(z.enum(CHANNELS)) })),
});

export const ledgerAnswer = z.object({
  entries: z.array(
    z.object({
      seq: z.number(),
      channel: z.enum(CHANNELS),
      connectionId: z.string(),
      to: z.string(),
      text: z.string(),
      reference: z.string().nullable(),
      carrierId: z.string(),
      atMs: z.number(),
      scenario,
      faults: z.array(z.string()).default([]),
      receipts: z.array(z.object({ acknowledged: z.boolean() })),
    }),
  ),
  next: z.number().nullable(),
});
