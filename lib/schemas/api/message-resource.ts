import { z } from "zod";
import {
  ATTEMPT_STATUSES,
  CATEGORIES,
  CHANNELS,
  FALLBACK_DENIALS,
  FALLBACK_MODES,
  FALLBACK_TRIGGERS,
  MESSAGE_STATUSES,
} from "@/lib/domain/vocabulary";
import { ROUTE_KEYS } from "./send-message";

const time = z.iso.datetime().meta({ description: "UTC, ISO 8601.", example: "2026-11-22T09:01:34.100Z" });
const channel = z.enum(CHANNELS);

export const moneySchema = z
  .strictObject({
    amount: z
      .string()
      .regex(/^\d+\.\d{6}$/)
      .meta({ description: "A decimal number as text, never rounded.", example: "0.090000" }),
    currency: z.string().length(3).meta({ description: "ISO 4217.", example: "EUR" }),
  })
  .meta({ id: "Money" });

export const attemptSchema = z
  .strictObject({
    step: z.int().meta({ description: "Place in the route, from 0.", example: 0 }),
    try: z.int().meta({ description: "Repeats after proof that nothing had left, from 0.", example: 0 }),
    channel,
    status: z.enum(ATTEMPT_STATUSES),
    sent_at: time,
    delivered_at: time.nullable(),
    read_at: time.nullable(),
    failed_at: time.nullable(),
    carrier_id: z.string().nullable().meta({ description: "The carrier's own id, for questions to the carrier." }),
    error_code: z.string().nullable().meta({ description: "The carrier's own code, such as 131026.", example: null }),
    segments: z.int().meta({ description: "Billed parts of an SMS; 0 on other channels.", example: 2 }),
    cost: moneySchema,
    reached_twice: z.boolean().meta({ description: "Delivered although the next channel had already been used." }),
  })
  .meta({ id: "Attempt", description: "One send on one channel." });

export const decisionSchema = z
  .strictObject({
    step: z.int().meta({ description: "The step that was left, or stayed at." }),
    from: channel,
    to: channel.nullable(),
    allowed: z.boolean(),
    trigger: z.enum(FALLBACK_TRIGGERS).meta({ description: "What raised the question." }),
    denial: z.enum(FALLBACK_DENIALS).nullable().meta({ description: "Why it did not go on; null if it did." }),
    error_code: z.string().nullable(),
    wait_seconds: z.int().nullable(),
    policy_version: z.int(),
    decided_at: time,
  })
  .meta({ id: "Decision", description: "The answer to: shall this go on by the next channel?" });

export const TIMELINE_KINDS = [
  "queued",
  "accepted",
  "refused",
  "not_sent",
  "outcome_unknown",
  "sent",
  "delivered",
  "read",
  "failed",
  "expired",
  "fallback",
  "no_fallback",
  "skipped",
] as const;

export const timelineEntrySchema = z
  .strictObject({
    at: time,
    kind: z.enum(TIMELINE_KINDS),
    channel: channel.nullable(),
    detail: z.string().meta({ description: "The same as an English sentence.", example: "Accepted by Viber." }),
  })
  .meta({ id: "TimelineEntry" });

export const messageSchema = z
  .strictObject({
    id: z
      .string()
      .regex(/^msg_\d+$/)
      .meta({ example: "msg_898301238804480000" }),
    object: z.literal("message"),
    created_at: time,
    to: z.string().meta({ description: "E.164.", example: "+37477123456" }),
    status: z
      .enum(MESSAGE_STATUSES)
      .meta({ description: "What it amounts to over all attempts.", example: "delivered" }),
    delivered_by: channel
      .nullable()
      .meta({ description: "The channel that first reached the person.", example: "sms" }),
    route: z.enum(ROUTE_KEYS),
    category: z.enum(CATEGORIES),
    template: z
      .strictObject({ id: z.uuid(), name: z.string(), version: z.int() })
      .nullable()
      .meta({ description: "null for a message without a template." }),
    campaign_id: z.uuid().nullable(),
    fallback: z.strictObject({ mode: z.enum(FALLBACK_MODES), wait_seconds: z.int() }),
    attempts: z.array(attemptSchema),
    decisions: z.array(decisionSchema),
    timeline: z.array(timelineEntrySchema).meta({ description: "Everything that happened, oldest first." }),
    segments: z.int().meta({ description: "Over all attempts.", example: 2 }),
    cost: moneySchema,
  })
  .meta({ id: "Message", description: "A message and what became of it." });

export type MessageResource = z.infer<typeof messageSchema>;
export type TimelineKind = (typeof TIMELINE_KINDS)[number];
