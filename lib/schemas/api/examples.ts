import type { z } from "zod";
import type { MessageResource } from "./message-resource";
import type { sendMessageSchema } from "./send-message";

type Request = z.input<typeof sendMessageSchema>;

/** Checked against the schemas by openapi-document.test.ts, so that no example is ever refused. */
export const REQUEST_EXAMPLES = {
  text: {
    summary: "A text, by Viber first, then by SMS",
    value: {
      to: "+37477123456",
      route: "viber-sms",
      category: "utility",
      content: { text: "Your order 1042 is ready. We are open until 21:00." },
      wait_seconds: 60,
    },
  },
  template: {
    summary: "A template by its name",
    value: {
      to: "+37477123456",
      route: "whatsapp-viber-sms",
      template: { name: "Loan reminder", variables: { first_name: "Ani", amount: "12,400" } },
      fallback: "inherit",
    },
  },
  code: {
    summary: "A verification code, on the fast lane",
    value: {
      to: "+37477123456",
      route: "whatsapp-sms",
      category: "authentication",
      content: { text: "482913 is your code. It is good for 5 minutes." },
      fallback: "on",
      wait_seconds: 20,
    },
  },
} as const satisfies Record<string, { readonly summary: string; readonly value: Request }>;

export const RESPONSE_EXAMPLE: MessageResource = {
  id: "msg_912358164480000000",
  object: "message",
  created_at: "2026-11-22T08:59:59.800Z",
  to: "+37477123456",
  status: "delivered",
  delivered_by: "sms",
  route: "viber-sms",
  category: "utility",
  template: null,
  campaign_id: null,
  fallback: { mode: "inherit", wait_seconds: 60 },
  attempts: [
    {
      step: 0,
      try: 0,
      channel: "viber",
      status: "accepted",
      sent_at: "2026-11-22T09:00:00.000Z",
      delivered_at: null,
      read_at: null,
      failed_at: null,
      carrier_id: "5741009921",
      error_code: null,
      segments: 0,
      cost: { amount: "0.000000", currency: "EUR" },
      reached_twice: false,
    },
    {
      step: 1,
      try: 0,
      channel: "sms",
      status: "delivered",
      sent_at: "2026-11-22T09:01:00.600Z",
      delivered_at: "2026-11-22T09:01:04.100Z",
      read_at: null,
      failed_at: null,
      carrier_id: "0E999F21",
      error_code: null,
      segments: 1,
      cost: { amount: "0.045000", currency: "EUR" },
      reached_twice: false,
    },
  ],
  decisions: [
    {
      step: 0,
      from: "viber",
      to: "sms",
      allowed: true,
      trigger: "silence",
      denial: null,
      error_code: null,
      wait_seconds: 60,
      policy_version: 12,
      decided_at: "2026-11-22T09:01:00.400Z",
    },
  ],
  timeline: [
    { at: "2026-11-22T08:59:59.800Z", kind: "queued", channel: null, detail: "Queued." },
    { at: "2026-11-22T09:00:00.040Z", kind: "accepted", channel: "viber", detail: "Accepted by Viber." },
    { at: "2026-11-22T09:01:00.400Z", kind: "fallback", channel: "viber", detail: "Goes on by SMS (silence)." },
    {
      at: "2026-11-22T09:01:00.650Z",
      kind: "accepted",
      channel: "sms",
      detail: "Accepted by the SMS carrier in 1 segment.",
    },
    { at: "2026-11-22T09:01:04.300Z", kind: "delivered", channel: "sms", detail: "SMS reports: delivered." },
  ],
  segments: 1,
  cost: { amount: "0.045000", currency: "EUR" },
};
