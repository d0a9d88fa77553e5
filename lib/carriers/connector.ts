/**
 * What every carrier link promises. A connector knows one carrier's wire format and nothing of
 * accounts, campaigns or the database. It makes at most ONE wire call per `send` and never retries:
 * retrying is the dispatch service's decision (docs/architecture.md, "The send protocol").
 */
import type { Channel } from "@/lib/domain/vocabulary";
import type { WhatsAppButton, LinkButton } from "@/lib/domain/template-content";

/** One message, rendered, for one recipient. */
export type SendRequest = {
  /** Our own reference for this attempt, unique for ever; goes on the wire where there is a field for it. */
  readonly reference: string;
  /** E.164 with the plus sign. */
  readonly to: string;
  readonly category: "authentication" | "utility" | "marketing";
  readonly content:
    | {
        readonly channel: "whatsapp";
        readonly templateName: string;
        readonly language: string;
        readonly imageUrl: string | null;
        /** Values of the body's variables in order of first appearance. */
        readonly bodyParameters: readonly { readonly name: string; readonly value: string }[];
        readonly buttons: readonly WhatsAppButton[];
        /**
         * Per button, by its index: what stands in place of `{{1}}` at the end of the approved link. Null or absent:
         * the link is fixed in the template, and Meta refuses a parameter for it.
         */
        readonly urlSuffixes?: readonly (string | null)[];
        /** Non-null: free-form text instead of a template (only within the 24 h window). */
        readonly freeText: string | null;
      }
    | {
        readonly channel: "viber";
        readonly text: string;
        readonly imageUrl: string | null;
        readonly button: LinkButton | null;
        /** Seconds after which the carrier drops it; equal to the wait before fallback. */
        readonly ttlSeconds: number;
      }
    | { readonly channel: "sms"; readonly text: string; readonly validitySeconds: number | null };
};

/**
 * What became of a send. A value, never an exception: a throw from `send` means a bug in the connector.
 *
 * - `accepted`  the carrier has it; `carrierIds` one per part (SMS), else one
 * - `refused`   the carrier answered an explicit no; nothing was taken. For a multi-part SMS where
 *               some parts were taken before the no, `carrierIds` lists those taken.
 * - `not_sent`  proof that no byte of the request left (DNS, connection refused, TLS, 429, throttled,
 *               queue full): free to retry
 * - `unknown`   timeout or reset after the first byte, 5xx, session lost with a submit outstanding
 *
 * `code` is the carrier's own code as text ("131026", "9", "0x00000058") or one of ours:
 * "timeout", "reset", "http_502", "connection_refused", "dns", "session_lost", "bad_response", "aborted"; with
 * `not_sent` also "tls", "connect_timeout", "closed", "session_down" (SMPP not bound), "window_full" (no place in
 * time); with `refused` also "bad_text" (empty, or more than 255 parts).
 */
export type SendOutcome =
  | {
      readonly kind: "accepted";
      readonly carrierIds: readonly string[];
      /** SMS: messages that the carrier bills, where they are not one an id (it cut a long text itself). */
      readonly segments?: number;
      readonly raw: string;
    }
  | {
      readonly kind: "refused";
      readonly code: string;
      readonly detail: string;
      readonly carrierIds: readonly string[];
      readonly raw: string;
    }
  | {
      readonly kind: "not_sent";
      readonly code: string;
      readonly detail: string;
      readonly retryAfterMs: number | null;
      readonly raw: string;
    }
  | {
      readonly kind: "unknown";
      readonly code: string;
      readonly detail: string;
      readonly carrierIds: readonly string[];
      readonly raw: string;
    };

/** Evidence from a carrier about one earlier send, in our words. */
export type CarrierReceipt = {
  /** Our reference, where the carrier echoes it. */
  readonly reference: string | null;
  /** The carrier's id exactly as the receipt has it, normalised by the connector (see smpp/message-id.ts). */
  readonly carrierId: string;
  readonly kind: "accepted" | "sent" | "delivered" | "read" | "failed" | "expired";
  /** Carrier's code for a negative receipt ("131026", "EXPIRED", "UNDELIV:045"), else null. */
  readonly code: string | null;
  /** Carrier's clock, milliseconds since the epoch, UTC; null where it sent none. */
  readonly carrierTimeMs: number | null;
  /** The receipt as it came, for the folded-away raw payload; at most 4 KB are kept. */
  readonly raw: string;
};

/** One part of a long SMS. References count apart by how they were written. */
export type MessagePart = {
  readonly width: "8" | "16" | "sar";
  readonly reference: number;
  readonly total: number;
  readonly sequence: number;
};

/** A message a person sent to us (STOP and the like). */
export type InboundMessage = {
  readonly from: string;
  /** Whom it was written to, where the carrier says so. */
  readonly to?: string;
  /** Absent: the text is the whole of it. */
  readonly part?: MessagePart;
  readonly text: string;
  /** What a button they pressed stands for, which may say more than the text on it. */
  readonly payload?: string;
  readonly carrierId: string;
  readonly carrierTimeMs: number | null;
};

export type ConnectorCapabilities = {
  readonly channel: Channel;
  /** Seconds within which the carrier drops a repeated reference; "none" everywhere today. */
  readonly dedupe: "none" | number;
  /** Whether receipts carry our reference; if not, they are matched by the carrier's id. */
  readonly correlate: boolean;
  readonly query: boolean;
};

export type Connector = {
  readonly capabilities: ConnectorCapabilities;
  /**
   * One wire call. Resolves within the connector's own timeout (`wireTimeoutMs`) always.
   *
   * @param canStillSend called right before the first byte is written, on a monotonic clock; when it
   *   answers false the connector resolves `not_sent` with code "aborted".
   */
  send(request: SendRequest, canStillSend: () => boolean): Promise<SendOutcome>;
  /** Ends sessions cleanly; sends under way are given `graceMs` to end. */
  close(graceMs: number): Promise<void>;
};
