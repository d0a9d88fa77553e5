import fc from "fast-check";
import { expect, test } from "vitest";
import { SHARE_PHONE_TRACKING } from "./build-message";
import { parseViberBotEvent } from "./parse-event";

const sender = { id: "01234567890A=", name: "Անի" };
const message = (fields: object): string =>
  JSON.stringify({ event: "message", timestamp: 1_760_000_000_123, message_token: 1, sender, message: fields });

test.each([
  ["delivered", "delivered", null],
  ["seen", "read", null],
  ["failed", "failed", "failed"],
] as const)("%s is a receipt with every digit of its 64-bit token", (event, kind, code) => {
  const body = `{"event":"${event}","timestamp":1760000000123,"message_token":4912661846655238145,"user_id":"u"}`;
  expect(parseViberBotEvent(body)).toMatchObject({
    receipt: { carrierId: "4912661846655238145", kind, code, carrierTimeMs: 1_760_000_000_123, reference: null },
    news: null,
  });
});

test("whoever writes is a subscriber, and what they write is kept as it is", () => {
  expect(parseViberBotEvent(message({ type: "text", text: "ԿԱՆԳ" })).news).toEqual({
    ...{ userId: sender.id, name: "Անի", subscribed: true, e164: null, text: "ԿԱՆԳ", atMs: 1_760_000_000_123 },
  });
});

test.each(["37477000001", "+374 77 000-001", "+37477000001"])(
  "a number shared by our button is theirs: %s",
  (phone) => {
    const contact = { name: "Ani", phone_number: phone };
    const tracking = { tracking_data: SHARE_PHONE_TRACKING };
    expect(parseViberBotEvent(message({ type: "contact", contact, ...tracking })).news?.e164).toBe("+37477000001");
  },
);

test("a contact sent in another way is somebody's card, and links nothing", () => {
  const contact = { name: "Somebody", phone_number: "37477000002" };
  expect(parseViberBotEvent(message({ type: "contact", contact })).news?.e164).toBeNull();
  const reference = { tracking_data: "3.1234.0.1" };
  expect(parseViberBotEvent(message({ type: "contact", contact, ...reference })).news?.e164).toBeNull();
});

test("opening a conversation asks for a greeting and subscribes nobody by itself", () => {
  const body = JSON.stringify({ event: "conversation_started", timestamp: 1, user: sender, subscribed: false });
  expect(parseViberBotEvent(body)).toMatchObject({ isOpening: true, news: { subscribed: false }, unreadable: 0 });
});

test("the handshake says nothing and is no fault; anything unknown is counted", () => {
  const quiet = { receipt: null, news: null, isOpening: false };
  expect(parseViberBotEvent('{"event":"webhook","timestamp":1,"message_token":2}')).toEqual({
    ...quiet,
    unreadable: 0,
  });
  expect(parseViberBotEvent('{"event":"party"}')).toEqual({ ...quiet, unreadable: 1 });
});

test("nothing makes it throw, and no number is made up", () => {
  const shapes = fc.record({
    event: fc.constantFrom("message", "subscribed", "unsubscribed", "delivered", "conversation_started"),
    timestamp: fc.anything(),
    message_token: fc.anything(),
    user_id: fc.anything(),
    user: fc.anything(),
    sender: fc.oneof(fc.constant(sender), fc.anything()),
    message: fc.oneof(
      fc.record({ type: fc.constantFrom("contact", "text"), contact: fc.anything(), tracking_data: fc.anything() }),
      fc.anything(),
    ),
  });
  const bodies = fc.oneof(
    fc.string(),
    fc.json(),
    shapes.map((shape) => JSON.stringify(shape, (_key, value: unknown) => (typeof value === "bigint" ? "big" : value))),
  );
  fc.assert(
    fc.property(bodies, (body) => {
      const { news } = parseViberBotEvent(body ?? "");
      expect(news?.e164 ?? "+37477000001").toMatch(/^\+[1-9]\d{6,14}$/);
    }),
  );
});
