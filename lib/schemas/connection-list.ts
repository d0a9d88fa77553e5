import { z } from "zod";
import type { Routed } from "@/lib/domain/routing/order-connections";
import { CHANNELS, type Channel } from "@/lib/domain/vocabulary";
import type { ConnectionKind } from "./connection";
import type { CarrierCalls } from "./connection-form";

export const CONNECTION_STATUSES = ["active", "paused"] as const;
export type ConnectionStatus = (typeof CONNECTION_STATUSES)[number];

export const connectionStatusInput = z.object({
  connectionId: z.uuid("field.invalid").toLowerCase(),
  status: z.enum(CONNECTION_STATUSES, "field.invalid"),
});
export type ConnectionStatusInput = z.output<typeof connectionStatusInput>;

/** All connections of the channel that are not deleted, in the order in which they are asked. */
export const connectionOrderInput = z.strictObject({
  channel: z.enum(CHANNELS, "field.invalid"),
  connectionIds: z.array(z.uuid("field.invalid").toLowerCase()).min(1, "field.invalid").max(100, "field.invalid"),
});
export type ConnectionOrderInput = z.output<typeof connectionOrderInput>;

/** How far behind receipts of this connection are. `deaf`: none can be taken in now, so no fallback timer of its channel fires. */
export type ReceiptIntake =
  { readonly state: "listening"; readonly lagMs: number; readonly backlog: number } | { readonly state: "deaf" };

/** A carrier link as people see it. Secrets never leave the server; the webhook's address is for admins. */
export type ConnectionRow = Routed & {
  readonly kind: ConnectionKind;
  readonly channel: Channel;
  readonly name: string;
  /** Phone number id, service id or source address; null where the stored settings cannot be read. */
  readonly sender: string | null;
  /** Host and port it talks to. */
  readonly host: string | null;
  readonly status: ConnectionStatus;
  /** The carrier said the sender itself is at fault: it rests, and is tried again by itself. */
  readonly breaker: {
    /** `trying`: the rest is over, and the next message tells whether the link works again. */
    readonly state: "resting" | "trying";
    readonly untilIso: string;
    readonly sinceIso: string | null;
    readonly code: string | null;
  } | null;
  readonly ratePerSecond: number;
  /** Where the carrier asked to slow down: what is let through now, 0 while paused. */
  readonly slowed: { readonly nowPerSecond: number; readonly pausedUntilIso: string | null } | null;
  readonly lastSuccessAt: string | null;
  /** Of the newest messages of the last 24 hours (at most some thousands, so that asking is cheap). */
  readonly recent: {
    readonly attempts: number;
    /** The carrier, the sender or the message was at fault, or nobody answered. */
    readonly faults: number;
    /** People who cannot be reached here or do not want to be. */
    readonly unreached: number;
  };
  readonly intake: ReceiptIntake;
  /** Null where the carrier calls no webhook. */
  readonly calls: CarrierCalls | null;
  readonly webhookUrl: string | null;
  readonly ledgerUrl: string | null;
};
