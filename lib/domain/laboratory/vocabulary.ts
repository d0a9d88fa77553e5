/** What can become of one message. The table of their effects per channel is in docs/sandbox.md. */
export const SCENARIOS = [
  "delivered_read",
  "delivered",
  "delivered_only",
  "delivered_late",
  "never",
  "not_on_whatsapp",
  "not_on_viber",
  "blocked",
  "opted_out",
  "throttled",
  "error_500",
  "timeout",
  "receipt_twice",
  "receipts_out_of_order",
  "receipt_before_response",
  "ids_hex",
  "ids_decimal",
  "undeliverable",
  "expired",
] as const;
export type Scenario = (typeof SCENARIOS)[number];

/** What can go wrong for a while. The table of their effects per channel is in docs/sandbox.md. */
export const FAULT_KINDS = [
  "outage",
  "throttle",
  "answer_errors",
  "slow_answers",
  "receipts_late",
  "receipts_lost",
  "webhooks_held",
  "ids",
  "session_drops",
  "scenario",
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

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
} as const;
export type FaultPreset = keyof typeof FAULT_PRESETS;
export const FAULT_PRESET_NAMES = Object.keys(FAULT_PRESETS) as readonly FaultPreset[];
