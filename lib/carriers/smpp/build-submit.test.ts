import fc from "fast-check";
import { expect, test } from "vitest";
import { MAX_SMS_PARTS, measureSms } from "@/lib/domain/sms/segments";
import { buildSubmit, relativeTime, type SubmitPart } from "./build-submit";
import { encodeText, type TextEncoding } from "./encode-part";

const base: SubmitPart = {
  ...{ sourceAddr: "Kamurj", sourceTon: null, sourceNpi: null, destinationTon: 1, destinationNpi: 1 },
  ...{ to: "+37499000111", payload: Buffer.from("Hi"), isCutByCarrier: false, dataCoding: 0, validitySeconds: null },
  part: null,
};

const encodings: fc.Arbitrary<TextEncoding> = fc.record({
  alphabet: fc.constantFrom("gsm7", "gsm7_packed", "latin1", "ucs2"),
  longMessages: fc.constantFrom("udh8", "udh16", "payload"),
  smartEncoding: fc.boolean(),
});
const anyText = fc.oneof(
  fc.string({ unit: "binary", minLength: 1, maxLength: 700 }),
  fc
    .array(fc.constantFrom(..."abc XYZ09€[]{}ÄñΩ“”’…"), { minLength: 1, maxLength: 700 })
    .map((chars) => chars.join("")),
);

test("a single part has no header, asks for the final receipt and names its numbering plans", () => {
  expect(buildSubmit(base)).toMatchObject({
    source_addr_ton: 5,
    source_addr_npi: 0,
    dest_addr_ton: 1,
    dest_addr_npi: 1,
    destination_addr: "37499000111",
    esm_class: 0,
    registered_delivery: 1,
    data_coding: 0,
    short_message: Buffer.from("Hi"),
  });
});

test("numbering plans that a carrier asks for are said instead", () => {
  const built = buildSubmit({ ...base, sourceTon: 0, sourceNpi: 9, destinationTon: 2, destinationNpi: 8 });
  expect(built).toMatchObject({ source_addr_ton: 0, source_addr_npi: 9, dest_addr_ton: 2, dest_addr_npi: 8 });
});

test.each([
  ["udh8", [5, 0, 3, 0x09, 3, 2]],
  ["udh16", [6, 8, 4, 0x12, 0x09, 3, 2]],
] as const)("a part of several has the %s header and its bit", (width, header) => {
  const part = { width, reference: 0x1209, total: 3, sequence: 2 };
  const built = buildSubmit({ ...base, dataCoding: 8, payload: Buffer.from([0x05, 0x31]), part });
  expect(built).toMatchObject({ esm_class: 0x40, data_coding: 8 });
  expect(built.short_message).toEqual(Buffer.from([...header, 0x05, 0x31]));
});

test("what the carrier is to cut goes whole into message_payload, and nothing into short_message", () => {
  const built = buildSubmit({ ...base, payload: Buffer.alloc(400, 0x61), isCutByCarrier: true });
  expect(built).toMatchObject({
    esm_class: 0,
    short_message: Buffer.alloc(0),
    message_payload: Buffer.alloc(400, 0x61),
  });
});

test("no part of any text, in any encoding, is longer than a message holds", () => {
  fc.assert(
    fc.property(anyText, encodings, (text, encoding) => {
      const { parts, segments, dataCoding } = encodeText(text, encoding);
      expect(parts).toHaveLength(encoding.longMessages === "payload" ? 1 : segments);
      if (parts.length < segments) return;
      expect(segments).toBeLessThanOrEqual(MAX_SMS_PARTS);
      const headerOctets = segments === 1 ? 0 : encoding.longMessages === "udh16" ? 7 : 6;
      const isPacked = dataCoding === 8 || encoding.alphabet === "gsm7_packed";
      const most = isPacked ? 140 - headerOctets : 160 - Math.ceil((headerOctets * 8) / 7);
      for (const part of parts) expect(part.length).toBeLessThanOrEqual(most);
    }),
  );
});

test("the plainest line sends exactly the parts that are counted and billed", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const encoded = encodeText(text, { alphabet: "gsm7", longMessages: "udh8", smartEncoding: false });
      expect(encoded.segments).toBe(measureSms(text).segments);
    }),
  );
});

test.each([
  ["gsm7", "Hello [€]", 0],
  ["latin1", "Hello [ñ]", 3],
  ["latin1", "Hello €", 8],
  ["latin1", "Բարև", 8],
  ["ucs2", "Hello", 8],
  ["gsm7_packed", "Hello", 0],
] as const)("a line of %s takes %j with data_coding %d", (alphabet, text, dataCoding) => {
  expect(encodeText(text, { alphabet, longMessages: "udh8", smartEncoding: false }).dataCoding).toBe(dataCoding);
});

test("smart encoding saves a text from Unicode, and is not done unasked", () => {
  const text = "“Sale”… today";
  const encoding = { alphabet: "gsm7", longMessages: "udh8" } as const;
  expect(encodeText(text, { ...encoding, smartEncoding: true }).dataCoding).toBe(0);
  expect(encodeText(text, { ...encoding, smartEncoding: false }).dataCoding).toBe(8);
});

test.each([
  [1, "000000000001000R"],
  [3_661, "000000010101000R"],
  [86_400 * 3 + 59, "000003000059000R"],
  [1e12, "000030000000000R"],
])("%d seconds are %s", (seconds, expected) => {
  expect(relativeTime(seconds)).toBe(expected);
});
