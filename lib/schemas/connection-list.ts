import { z } from "zod";
import type { Channel } from "@/lib/domain/vocabulary";
import type { ConnectionKind } from "./connection";

export const CONNECTION_STATUSES = ["active", "paused"] as const;
export type ConnectionStatus = (typeof CONNECTION_STATUSES)[number];

export const connectionStatusInput = z.object({
  connectionId: z.uuid("field.invalid").toLowerCase(),
  status: z.enum(CONNECTION_STATUSES, "field.invalid"),
});
export type ConnectionStatusInput = z.output<typeof connectionStatusInput>;

/** How far behind receipts of this connection are. `deaf`: none can be taken in now, so no fallback timer of its channel fires. */
export type ReceiptIntake =
  { readonly state: "listening"; readonly lagMs: number; readonly backlog: number } | { readonly state: "deaf" };

/** A carrier link as people see it. Secrets never leave the server; the webhook's address is for admins. */
export type ConnectionRow = {
  readonly id: string;
  readonly kind: ConnectionKind;
  readonly channel: Channel;
  readonly name: string;
  /** Phone number id, service id or source address; null where the stored settings cannot be read. */
  readonly sender: string | null;
  /** Host and port it talks to. */
  readonly host: string | null;
  readonly status: ConnectionStatus;
  /** The carrier said the sender itself is at fault: it rests, and is tried again by itself. */
  readonly breaker: { readonly untilIso: string; readonly code: string | null } | null;
  readonly ratePerSecond: number;
  readonly lastSuccessAt: string | null;
  /** Of the newest messages of the last 24 hours (at most some thousands, so that asking is cheap). */
  readonly recent: { readonly attempts: number; readonly failed: number };
  readonly intake: ReceiptIntake;
  readonly webhookUrl: string | null;
  readonly ledgerUrl: string | null;
};
