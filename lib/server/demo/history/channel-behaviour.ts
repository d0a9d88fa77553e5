import type { SendOutcome } from "@/lib/carriers/connector";
import type { Category, Channel } from "@/lib/domain/vocabulary";
import { createDraw, type Draw } from "./draw";

/** One receipt to come, counted from the moment the carrier took the message. */
export type ReceiptPlan = {
  readonly kind: "sent" | "delivered" | "read" | "failed" | "expired";
  readonly afterMs: number;
  readonly code: string | null;
};

/** What the carrier does with one send. */
export type Behaviour = {
  readonly outcome: "accepted" | "refused" | "unknown";
  readonly code: string | null;
  /** From the first byte to the answer. */
  readonly answerMs: number;
  readonly receipts: readonly ReceiptPlan[];
  /** The person answers STOP so long after reading it. */
  readonly stopAfterMs: number | null;
};

/** Where a person can be reached: the same for every message to them. */
export type Reachability = {
  readonly hasWhatsApp: boolean;
  readonly hasViber: boolean;
  /** Share of the time during which the phone has no data connection. */
  readonly offlineShare: number;
  readonly reads: number;
};

export function reachabilityOf(seed: string, e164: string): Reachability {
  const draw = createDraw(`${seed}:reach:${e164}`);
  const isGeorgian = e164.startsWith("+995");
  const isRussian = e164.startsWith("+7");
  return {
    hasWhatsApp: draw.chance(0.955),
    hasViber: draw.chance(isGeorgian ? 0.78 : isRussian ? 0.86 : 0.945),
    offlineShare: draw.chance(0.12) ? draw.between(0.15, 0.4) : draw.between(0.005, 0.045),
    reads: draw.between(0.45, 0.92),
  };
}

export type Situation = {
  readonly channel: Channel;
  readonly category: Category;
  readonly reach: Reachability;
  /** How long the message waits for a delivery; Viber drops it then. */
  readonly waitMs: number;
  /** WhatsApp takes messages and delivers few of them. */
  readonly isOutage: boolean;
  /** The rest of an outage, after which what was taken may still arrive. */
  readonly outageLeftMs: number;
  /** Only prompt deliveries: no wait may be open when a campaign is paused. */
  readonly mustArrive: boolean;
};

export function behave(situation: Situation, draw: Draw): Behaviour {
  const answerMs = Math.round(draw.around(situation.channel === "sms" ? 90 : 210, 0.35));
  const base = { outcome: "accepted", code: null, answerMs, receipts: [], stopAfterMs: null } as const;
  if (situation.mustArrive) return { ...base, receipts: arrival(situation, draw, false) };
  if (draw.chance(0.0009)) return { ...base, outcome: "unknown", code: "timeout", answerMs: 10_000 };
  switch (situation.channel) {
    case "whatsapp":
      return { ...base, ...onWhatsApp(situation, draw) };
    case "viber":
      return { ...base, ...onViber(situation, draw) };
    case "sms":
      return { ...base, receipts: bySms(draw) };
  }
}

function onWhatsApp(situation: Situation, draw: Draw): Partial<Behaviour> {
  const { reach, category } = situation;
  const sent: ReceiptPlan = { kind: "sent", afterMs: Math.round(draw.around(450, 0.5)), code: null };
  if (!reach.hasWhatsApp) return { receipts: [failed("131026", draw.around(800, 0.4))] };
  if (category === "marketing" && draw.chance(0.0011)) return { receipts: [failed("131050", draw.around(700, 0.4))] };
  if (category === "marketing" && draw.chance(0.008)) return { receipts: [failed("131049", draw.around(900, 0.4))] };
  if (situation.isOutage && draw.chance(0.62)) {
    // Part of what was taken during an outage arrives when it is over: by then the SMS has gone.
    if (!draw.chance(0.12)) return { receipts: [] };
    return { receipts: [sent, ...late(situation.outageLeftMs + draw.around(240_000, 0.6))] };
  }
  if (draw.chance(reach.offlineShare)) {
    if (!draw.chance(0.3)) return { receipts: [sent] };
    return { receipts: [sent, ...late(draw.around(3_600_000, 1.1))] };
  }
  return answered([sent, ...arrival(situation, draw, true)], situation, draw);
}

function onViber(situation: Situation, draw: Draw): Partial<Behaviour> {
  const { reach, category, waitMs } = situation;
  if (!reach.hasViber) return { outcome: "refused", code: "9" };
  if (category === "marketing" && draw.chance(0.0025)) return { outcome: "refused", code: "8" };
  if (draw.chance(reach.offlineShare)) {
    // Viber gives up after the time to live, which is our wait, and mostly says so.
    if (!draw.chance(0.7)) return { receipts: [] };
    return { receipts: [{ kind: "expired", afterMs: Math.round(waitMs + draw.around(2_500, 0.5)), code: "expired" }] };
  }
  return answered(arrival(situation, draw, true), situation, draw);
}

function bySms(draw: Draw): readonly ReceiptPlan[] {
  const fate = draw.weighted({ delivered: 963, undeliverable: 21, expired: 3, silent: 13 });
  switch (fate) {
    case "delivered":
      return [{ kind: "delivered", afterMs: Math.round(draw.around(4_200, 0.8)), code: null }];
    case "undeliverable":
      return [failed("UNDELIV:045", draw.around(9_000, 0.6))];
    case "expired":
      return [{ kind: "expired", afterMs: Math.round(draw.around(86_400_000, 0.02)), code: "EXPIRED:027" }];
    case "silent":
      return [];
  }
}

/** Delivered within seconds; read when the person looks: codes at once, offers when there is time. */
function arrival(situation: Situation, draw: Draw, mayBeSlow: boolean): readonly ReceiptPlan[] {
  const { channel, category, reach } = situation;
  const usual = draw.around(category === "authentication" ? 1_300 : 2_300, 0.6);
  const deliveredMs = Math.round(1_000 + (mayBeSlow && draw.chance(0.05) ? draw.around(14_000, 0.7) : usual));
  const delivered: ReceiptPlan = { kind: "delivered", afterMs: deliveredMs, code: null };
  const reads = category === "authentication" ? 0.93 : reach.reads;
  if (channel === "sms" || !draw.chance(reads)) return [delivered];
  const pauseMs = { authentication: 5_000, utility: 150_000, marketing: 900_000 }[category];
  const spread = category === "authentication" ? 0.5 : 1.3;
  return [
    delivered,
    { kind: "read", afterMs: deliveredMs + Math.round(1_000 + draw.around(pauseMs, spread)), code: null },
  ];
}

function answered(receipts: readonly ReceiptPlan[], situation: Situation, draw: Draw): Partial<Behaviour> {
  const isRead = receipts.some(({ kind }) => kind === "read");
  const stops = isRead && situation.category === "marketing" && draw.chance(0.0035);
  return { receipts, stopAfterMs: stops ? Math.round(8_000 + draw.around(60_000, 0.8)) : null };
}

function late(afterMs: number): readonly ReceiptPlan[] {
  return [{ kind: "delivered", afterMs: Math.round(afterMs), code: null }];
}

function failed(code: string, afterMs: number): ReceiptPlan {
  return { kind: "failed", afterMs: Math.round(afterMs), code };
}

/** What the connector would have answered. */
export function toOutcome(behaviour: Behaviour, carrierIds: readonly string[]): SendOutcome {
  const code = behaviour.code ?? "";
  switch (behaviour.outcome) {
    case "accepted":
      return { kind: "accepted", carrierIds, raw: "" };
    case "refused":
      return {
        kind: "refused",
        code,
        detail: code === "9" ? "SRVC_NOT_VIBER_USER" : "SRVC_BLOCKED",
        carrierIds: [],
        raw: "",
      };
    case "unknown":
      return { kind: "unknown", code, detail: "no answer within 10 s", carrierIds: [], raw: "" };
  }
}
