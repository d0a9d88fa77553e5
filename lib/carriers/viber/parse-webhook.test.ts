import fc from "fast-check";
import { expect, test } from "vitest";
import { parseViberWebhook } from "./parse-webhook";

const callback = (fields: string): string =>
  `{"message_token":5098034272017990001,"phone_number":"37499000111","service_type":"dlr",${fields}}`;

test.each([
  ["seconds", "1760000000"],
  ["milliseconds", "1760000000123"],
  ["seconds as text", '"1760000000"'],
])("a time in %s is read", (_name, time) => {
  const { receipts } = parseViberWebhook(callback(`"message_status":"delivered","message_time":${time}`));
  expect(Math.floor((receipts[0]?.carrierTimeMs ?? 0) / 1_000)).toBe(1_760_000_000);
});

test("no digit of a 64-bit token is lost", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 1n, max: 2n ** 64n - 1n }), (token) => {
      const { receipts } = parseViberWebhook(`{"message_token": ${token} ,"message_status":"seen"}`);
      expect(receipts).toMatchObject([{ carrierId: String(token), kind: "read" }]);
    }),
  );
});

test.each([
  ["delivered", "delivered", null],
  ["seen", "read", null],
  ["expired", "expired", "expired"],
  ["failed", "failed", "failed"],
])("%s is %s", (status, kind, code) => {
  expect(parseViberWebhook(callback(`"message_status":"${status}"`)).receipts).toMatchObject([{ kind, code }]);
});

test("a person's message is inbound, with the text as it is, even one that looks like a token", () => {
  const text = 'STOP "message_token": 12, and so on';
  const body = callback(`"message":{"text":${JSON.stringify(text)}},"time":1760000000`);
  expect(parseViberWebhook(body).inbound).toMatchObject([{ from: "+37499000111", text }]);
});

test("a list is read item by item; what cannot be read is counted; the handshake is no fault", () => {
  const parsed = parseViberWebhook(`[${callback('"message_status":"seen"')},7,{"event":"webhook"}]`);
  expect(parsed.receipts).toHaveLength(1);
  expect(parsed.unreadable).toBe(1);
});

test("nothing makes it throw", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (body) => {
      expect(parseViberWebhook(body).unreadable).toBeGreaterThanOrEqual(0);
    }),
  );
});
