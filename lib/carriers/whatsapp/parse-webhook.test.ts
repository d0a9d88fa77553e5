import fc from "fast-check";
import { expect, test } from "vitest";
import { parseWhatsAppWebhook } from "./parse-webhook";

const webhook = (...changes: unknown[]): string =>
  JSON.stringify({ object: "whatsapp_business_account", entry: [{ id: "1", changes }] });
const messages = (value: object): object => ({
  field: "messages",
  value: { messaging_product: "whatsapp", metadata: { phone_number_id: "111" }, ...value },
});
const status = (fields: object): object => ({ id: "wamid.1", status: "delivered", timestamp: "1760000000", ...fields });

test("a status becomes a receipt with our reference and the carrier's clock", () => {
  const { receipts, unreadable } = parseWhatsAppWebhook(
    webhook(messages({ statuses: [status({ biz_opaque_callback_data: "ref", brand_new_field: { a: 1 } })] })),
  );
  expect(unreadable).toBe(0);
  expect(receipts).toMatchObject([
    {
      phoneNumberId: "111",
      reference: "ref",
      carrierId: "wamid.1",
      kind: "delivered",
      code: null,
      carrierTimeMs: 1_760_000_000_000,
    },
  ]);
});

test("a failure carries Meta's code, also when Meta sends it as text", () => {
  const failed = (code: unknown): object => status({ status: "failed", errors: [{ code, title: "x" }] });
  const { receipts } = parseWhatsAppWebhook(webhook(messages({ statuses: [failed(131026), failed("131050")] })));
  expect(receipts.map((receipt) => receipt.code)).toEqual(["131026", "131050"]);
});

test("played counts as read", () => {
  const { receipts } = parseWhatsAppWebhook(webhook(messages({ statuses: [status({ status: "played" })] })));
  expect(receipts[0]?.kind).toBe("read");
});

test("what cannot be read is counted and does not hide what can", () => {
  const parsed = parseWhatsAppWebhook(
    webhook(messages({ statuses: [null, status({ status: "constructor" }), status({ id: "" }), status({})] }), 7, {
      field: "messages",
      value: [],
    }),
  );
  expect(parsed.receipts).toHaveLength(1);
  expect(parsed.unreadable).toBe(5);
});

test("fields that are not ours are no fault", () => {
  expect(parseWhatsAppWebhook(webhook({ field: "account_update", value: { x: 1 } })).unreadable).toBe(0);
});

test("people's messages, taps and preferences are read", () => {
  const { inbound, preferences } = parseWhatsAppWebhook(
    webhook(
      messages({
        messages: [
          { from: "37499000111", id: "a", timestamp: "1760000000", type: "text", text: { body: "STOP" } },
          { from: "37499000111", id: "b", timestamp: "1760000000", type: "button", button: { text: "Stop" } },
          { from: "37499000111", id: "c", timestamp: "1760000000", type: "sticker", sticker: {} },
        ],
        user_preferences: [{ wa_id: "37499000111", value: "stop", timestamp: 1760000000 }],
      }),
    ),
  );
  expect(inbound.map((message) => [message.from, message.text])).toEqual([
    ["+37499000111", "STOP"],
    ["+37499000111", "Stop"],
    ["+37499000111", ""],
  ]);
  expect(preferences).toMatchObject([{ from: "+37499000111", wantsMarketing: false }]);
});

test("a template's new state is an event", () => {
  const value = { event: "PAUSED", message_template_name: "sale", message_template_language: "hy", reason: "NONE" };
  expect(
    parseWhatsAppWebhook(webhook({ field: "message_template_status_update", value })).templateEvents,
  ).toMatchObject([{ businessAccountId: "1", templateName: "sale", language: "hy", event: "PAUSED", reason: null }]);
});

test("an event says when Meta wrote it, and category and quality move without a new status", () => {
  const name = { message_template_name: "sale", message_template_language: "en" };
  const change = (field: string, value: object) => ({ field, value: { ...name, ...value } });
  const body = JSON.stringify({
    entry: [
      {
        id: "7",
        time: 1_900_000_000,
        changes: [
          change("template_category_update", { previous_category: "UTILITY", new_category: "MARKETING" }),
          change("message_template_quality_update", { new_quality_score: "RED" }),
          change("message_template_status_update", { reason: "no event" }),
        ],
      },
    ],
  });
  const { templateEvents, unreadable } = parseWhatsAppWebhook(body);
  const of = { businessAccountId: "7", templateName: "sale", event: null, carrierTimeMs: 1_900_000_000_000 };
  expect(templateEvents).toMatchObject([
    { ...of, category: "MARKETING", quality: null },
    { ...of, category: null, quality: "RED" },
  ]);
  expect(unreadable).toBe(1);
});

test("no text and no JSON makes it throw, and raw payloads stay within 4 KB", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (body) => {
      expect(parseWhatsAppWebhook(body).unreadable).toBeGreaterThanOrEqual(0);
    }),
  );
  const anything = fc.jsonValue();
  fc.assert(
    fc.property(anything, anything, anything, fc.string({ minLength: 2_000, maxLength: 6_000 }), (a, b, c, long) => {
      const body = webhook(
        { field: "messages", value: a },
        messages({ statuses: [a, status({ errors: b, timestamp: c, extra: long })], messages: [b], metadata: c }),
      );
      for (const receipt of parseWhatsAppWebhook(body).receipts) {
        expect(Buffer.byteLength(receipt.raw)).toBeLessThanOrEqual(4_096);
      }
    }),
  );
});
