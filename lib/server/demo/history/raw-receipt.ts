import { formatReference, type AttemptKey } from "@/lib/domain/dispatch/attempt-reference";
import type { Channel } from "@/lib/domain/vocabulary";
import type { Draw } from "./draw";

/** Carriers' own ids of what they took, one a part, in each carrier's fashion. */
export function makeCarrierIds(channel: Channel, e164: string, parts: number, draw: Draw): readonly string[] {
  switch (channel) {
    case "whatsapp": {
      const tail = Array.from({ length: 18 }, () => draw.pick(HEX))
        .join("")
        .toUpperCase();
      const inner = Buffer.from(
        `\u001d\u0001\u0013\u0001${e164.slice(1)}\u0015\u0002\u0000\u0011\u0018\u0012${tail}\u0000`,
      );
      return [`wamid.${inner.toString("base64")}`];
    }
    case "viber":
      return [`57${digits(draw, 17)}`];
    case "sms": {
      const first = draw.whole(100_000_000, 899_999_999);
      return Array.from({ length: parts }, (_, part) => `1${first + part}`);
    }
  }
}

const HEX = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "a", "b", "c", "d", "e", "f"] as const;

function digits(draw: Draw, count: number): string {
  return Array.from({ length: count }, () => draw.whole(0, 9)).join("");
}

export type RawReceipt = {
  readonly channel: Channel;
  readonly key: AttemptKey;
  readonly e164: string;
  readonly kind: "sent" | "delivered" | "read" | "failed" | "expired";
  readonly carrierId: string;
  readonly code: string | null;
  readonly sentAtMs: number;
  readonly carrierAtMs: number;
  readonly category: string;
};

/** The receipt as the connector would have kept it, shaped as that carrier sends it. */
export function writeRawReceipt(receipt: RawReceipt): string {
  switch (receipt.channel) {
    case "whatsapp":
      return JSON.stringify({
        id: receipt.carrierId,
        status: receipt.kind,
        timestamp: String(Math.floor(receipt.carrierAtMs / 1_000)),
        recipient_id: receipt.e164.slice(1),
        biz_opaque_callback_data: formatReference(receipt.key),
        ...(receipt.code === null
          ? { pricing: { billable: true, pricing_model: "PMP", category: receipt.category, type: "regular" } }
          : { errors: [{ code: Number(receipt.code), title: TITLES[receipt.code] ?? "Message failed to send" }] }),
      });
    case "viber":
      return JSON.stringify({
        message_token: receipt.carrierId,
        message_status: receipt.kind === "read" ? "seen" : receipt.kind,
        message_time: receipt.carrierAtMs,
        phone_number: receipt.e164.slice(1),
        service_type: "dlr",
      });
    case "sms":
      return writeSmsReceipt(receipt);
  }
}

const TITLES: Readonly<Record<string, string>> = {
  "131026": "Message undeliverable",
  "131049": "This message was not delivered to maintain healthy ecosystem engagement.",
  "131050": "User has opted out of marketing messages",
};

/** Appendix B of SMPP 3.4, dates with seconds, in UTC. */
function writeSmsReceipt({ carrierId, code, kind, sentAtMs, carrierAtMs }: RawReceipt): string {
  const [state, error] = code?.split(":") ?? ["DELIVRD", "000"];
  const delivered = kind === "delivered" ? "001" : "000";
  const dates = `submit date:${formatDate(sentAtMs)} done date:${formatDate(carrierAtMs)}`;
  return `id:${carrierId} sub:001 dlvrd:${delivered} ${dates} stat:${state} err:${error ?? "000"} text:`;
}

function formatDate(ms: number): string {
  return new Date(ms).toISOString().replace(/\D/g, "").slice(2, 14);
}
