import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseHttpSmsCallback } from "@/lib/carriers/http-sms/parse-callback";
import { parseViberWebhook } from "@/lib/carriers/viber/parse-webhook";
import { parseWhatsAppWebhook } from "@/lib/carriers/whatsapp/parse-webhook";

const status = {
  id: "wamid.1",
  status: "failed",
  timestamp: "1900000000",
  biz_opaque_callback_data: "r",
  errors: [{ code: 131026 }],
};
const message = { from: "37499000111", id: "wamid.2", timestamp: "1900000000", type: "text", text: { body: "STOP" } };
const preference = { wa_id: "37499000111", value: "stop", timestamp: 1_900_000_000 };
const value = {
  metadata: { phone_number_id: "1" },
  statuses: [status],
  messages: [message],
  user_preferences: [preference],
};
const whatsApp = { object: "whatsapp_business_account", entry: [{ id: "1", changes: [{ field: "messages", value }] }] };
const viber = [
  {
    message_token: 5_741_311_803_571_721_087,
    message_status: "expired",
    message_time: 1_900_000_000,
    tracking_data: "r",
  },
  { message_token: "7", phone_number: "37499000111", time: 1_900_000_000, message: { text: "STOP" } },
];

/** What takes the place of some part of a good body: the wrong type, the wrong size, names that JavaScript knows. */
const strange: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom<unknown>(
    ...[
      null,
      "",
      0,
      -1,
      1e308,
      -1e308,
      1.5,
      Number.MAX_SAFE_INTEGER,
      true,
      [],
      {},
      [[]],
      "x".repeat(10_000),
      "\u0000",
      "\ud800",
    ],
    ...["__proto__", "constructor", "toString", "hasOwnProperty", "NaN", "Infinity", "1e309", "-0", "0x10"],
    JSON.parse(`{"__proto__":{"isAdmin":true},"constructor":{"prototype":{"isAdmin":true}},"length":1e9}`),
  ),
);

/** Every place of a JSON value, as the keys that lead to it. */
function placesOf(json: unknown): readonly (readonly string[])[] {
  if (typeof json !== "object" || json === null) return [[]];
  return [[], ...Object.entries(json).flatMap(([key, inner]) => placesOf(inner).map((path) => [key, ...path]))];
}

function replaceAt(json: unknown, [key, ...rest]: readonly string[], piece: unknown): unknown {
  if (key === undefined) return piece;
  if (Array.isArray(json)) return json.map((inner, at) => (String(at) === key ? replaceAt(inner, rest, piece) : inner));
  const object = json as Record<string, unknown>;
  return { ...object, [key]: replaceAt(object[key], rest, piece) };
}

function damagedJson(json: unknown): fc.Arbitrary<string> {
  const places = placesOf(json);
  const replaced = fc
    .array(fc.tuple(fc.constantFrom(...places), strange), { minLength: 1, maxLength: 3 })
    .map((pieces) => pieces.reduce((whole, [place, piece]) => tryReplace(whole, place, piece), json))
    .map((whole) => JSON.stringify(whole));
  const text = JSON.stringify(json);
  const cut = fc.nat(text.length).map((end) => text.slice(0, end));
  return fc.oneof({ weight: 6, arbitrary: replaced }, cut, fc.json(), fc.string({ unit: "binary" }));
}

/** A piece put in before may have taken the place away. */
function tryReplace(whole: unknown, place: readonly string[], piece: unknown): unknown {
  return placesOf(whole).some((known) => known.join("/") === place.join("/")) ? replaceAt(whole, place, piece) : whole;
}

const isTime = (ms: number | null): boolean => ms === null || Number.isSafeInteger(ms);
const kinds = ["accepted", "sent", "delivered", "read", "failed", "expired"];

type Read = Pick<ReturnType<typeof parseViberWebhook>, "receipts" | "inbound">;

/** Whatever comes out is of the types it is said to be, small, and fit for PostgreSQL's text. */
function expectSound({ receipts, inbound }: Read): void {
  for (const receipt of receipts) {
    expect(kinds).toContain(receipt.kind);
    expect(receipt.carrierId.length).toBeGreaterThan(0);
    expect(receipt.carrierId.length).toBeLessThanOrEqual(512);
    expect((receipt.code ?? "").length).toBeLessThanOrEqual(64);
    expect((receipt.reference ?? "").length).toBeLessThanOrEqual(512);
    expect(Buffer.byteLength(receipt.raw)).toBeLessThanOrEqual(4_096);
    expect(receipt.raw).not.toMatch(/\0|\p{Surrogate}/u);
    expect(isTime(receipt.carrierTimeMs)).toBe(true);
  }
  for (const { from, text, carrierId, carrierTimeMs } of inbound) {
    expect([typeof from, typeof text, typeof carrierId]).toEqual(["string", "string", "string"]);
    expect(isTime(carrierTimeMs)).toBe(true);
  }
  expect(Object.prototype).not.toHaveProperty("isAdmin");
}

describe.each([
  ["whatsapp", whatsApp, parseWhatsAppWebhook],
  ["viber", viber, parseViberWebhook],
] as const)("a body of %s", (_name, good, parse) => {
  test("as it should be is read, all of it", () => {
    const { receipts, inbound, unreadable } = parse(JSON.stringify(good));
    expect([receipts.length, inbound.length, unreadable]).toEqual([1, 1, 0]);
  });

  test("with anything in any place is read, or counted as unreadable, and never throws", () => {
    let partly = 0;
    fc.assert(
      fc.property(damagedJson(good), (body) => {
        const read = parse(body);
        expectSound(read);
        if (read.unreadable > 0 && read.receipts.length + read.inbound.length > 0) partly += 1;
      }),
      { numRuns: 6_000 },
    );
    // One bad item does not take the good ones with it.
    expect(partly).toBeGreaterThan(100);
  });
});

/** As deep as 3 MB allow. */
const depth = 1_500_000;
const deep = ["[".repeat(depth), "]".repeat(depth)].join("1");
const deepObjects = [`{"a":`.repeat(depth / 3), "}".repeat(depth / 3)].join("1");

test.each([
  ["lists", deep],
  ["objects", deepObjects],
  ["lists that do not end", "[".repeat(2 * depth)],
])("%s as deep as 3 MB allow cost a receipt its raw text at most", (_name, nested) => {
  const inStatus = JSON.stringify(whatsApp).replace(`"errors"`, `"more":${nested},"errors"`);
  const whole = nested.endsWith("[") ? [] : [{ carrierId: "wamid.1", kind: "failed", raw: "" }];
  expect(parseWhatsAppWebhook(inStatus).receipts).toMatchObject(whole);
  expect(parseWhatsAppWebhook(nested)).toMatchObject({ receipts: [], unreadable: 1 });
  const inReceipt = JSON.stringify(viber[1]).replace(`"time"`, `"message_status":"seen","more":${nested},"time"`);
  expect(parseViberWebhook(inReceipt).receipts).toMatchObject(whole.map(() => ({ carrierId: "7", raw: "" })));
  expect(parseViberWebhook(nested).receipts).toEqual([]);
});

test("any form is one receipt, one message or one that cannot be read", () => {
  const names = fc.constantFrom(
    "MessageSid",
    "SmsSid",
    "MessageStatus",
    "SmsStatus",
    "From",
    "Body",
    "ErrorCode",
    "__proto__",
  );
  const values = fc.oneof(
    fc.constantFrom("SM1", "delivered", "failed", "received", "+37499000111"),
    fc.string({ unit: "binary" }),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(names, values), { maxLength: 9 }), fc.option(fc.string()), (fields, reference) => {
      const read = parseHttpSmsCallback(new URLSearchParams(fields.map(([name, text]) => [name, text])), reference);
      expect(read.receipts.length + read.inbound.length + read.unreadable).toBe(1);
      expectSound({ ...read, receipts: read.receipts.map((receipt) => ({ ...receipt, reference: null })) });
    }),
    { numRuns: 5_000 },
  );
});
