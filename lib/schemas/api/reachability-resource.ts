import { z } from "zod";
import { CHANNELS } from "@/lib/domain/vocabulary";

export const REACH_STATES = ["reached", "unreachable", "unknown"] as const;

const time = z.iso.datetime().meta({ description: "UTC, ISO 8601.", example: "2026-11-22T09:01:34.100Z" });

export const channelReachSchema = z
  .strictObject({
    channel: z.enum(CHANNELS),
    state: z.enum(REACH_STATES).meta({
      description:
        "`reached`: a message was delivered there in the last 60 days. `unreachable`: the channel has said that it does not know the number, and nothing was delivered there since; or that the account may not write to its country. `unknown`: nothing is known.",
    }),
    last_delivered_at: time.nullable().meta({ description: "In the last 60 days." }),
    unreachable: z
      .strictObject({
        error_code: z.string().meta({ description: "The carrier's own code.", example: "131026" }),
        since: time.meta({ description: "When the carrier said it." }),
        until: time.meta({ description: "From then on the channel is tried again." }),
      })
      .nullable()
      .meta({ description: "null unless `state` is `unreachable`." }),
    skipped: z.boolean().meta({
      description:
        "A message that may go on by another channel would leave this one out now. `false` for all while the account has this turned off.",
    }),
  })
  .meta({ id: "ChannelReach", description: "What is known of a number on one channel." });

export const reachabilitySchema = z
  .strictObject({
    object: z.literal("reachability"),
    to: z.string().meta({ description: "E.164.", example: "+37477123456" }),
    channels: z.array(channelReachSchema).length(CHANNELS.length).meta({ description: "Every channel, once." }),
  })
  .meta({ id: "Reachability", description: "What the account has learnt of a number from its own messages." });

export type ReachabilityResource = z.infer<typeof reachabilitySchema>;

/** Checked against the schema by openapi-document.test.ts. */
export const REACHABILITY_EXAMPLE: ReachabilityResource = {
  object: "reachability",
  to: "+37477123456",
  channels: [
    {
      channel: "whatsapp",
      state: "unreachable",
      last_delivered_at: null,
      unreachable: { error_code: "131026", since: "2026-11-20T10:00:00.000Z", until: "2026-12-20T10:00:00.000Z" },
      skipped: true,
    },
    {
      channel: "viber",
      state: "reached",
      last_delivered_at: "2026-11-20T10:00:04.000Z",
      unreachable: null,
      skipped: false,
    },
    { channel: "sms", state: "unknown", last_delivered_at: null, unreachable: null, skipped: false },
  ],
};
