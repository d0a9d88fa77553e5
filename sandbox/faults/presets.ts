import type { FaultInput } from "./vocabulary";

/** What people try first: one click in the laboratory, one name in `POST /_sandbox/faults`. */
export const FAULT_PRESETS = {
  whatsapp_down: { kind: "outage", channel: "whatsapp", durationS: 120 },
  viber_down: { kind: "outage", channel: "viber", durationS: 120 },
  sms_down: { kind: "outage", channel: "sms", durationS: 120 },
  receipts_late: { kind: "receipts_late", params: { delayMs: 600_000 }, durationS: 600 },
  receipts_lost: { kind: "receipts_lost", share: 0.3, durationS: 600 },
  webhooks_held: { kind: "webhooks_held", durationS: 300 },
  sms_throttled: { kind: "throttle", channel: "sms", params: { perSecond: 50 }, durationS: 600 },
  every_third_fails: { kind: "answer_errors", params: { every: 3 }, durationS: 300 },
  slow_answers: { kind: "slow_answers", params: { delayMs: 20_000 }, durationS: 300 },
  ids_in_hex: { kind: "ids", params: { format: "hex" }, durationS: 600 },
  sessions_drop: { kind: "session_drops", params: { everyS: 30 }, durationS: 600 },
} as const satisfies Record<string, FaultInput>;
export type FaultPreset = keyof typeof FAULT_PRESETS;
