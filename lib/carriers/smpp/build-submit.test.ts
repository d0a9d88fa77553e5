import fc from "fast-check";
import { expect, test } from "vitest";
import { measureSms } from "@/lib/domain/sms/segments";
import { buildSubmit, relativeTime, type SubmitPart } from "./build-submit";

const base: SubmitPart = {
  sourceAddr: "Kamurj",
  to: "+37499000111",
  text: "Hi",
  encoding: "gsm7",
  validitySeconds: null,
  part: null,
};

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

test("a part of several has the concatenation header and its bit", () => {
  const built = buildSubmit({
    ...base,
    encoding: "ucs2",
    text: "Ա",
    part: { reference: 9, total: 3, sequence: 2 },
  });
  expect(built).toMatchObject({ esm_class: 0x40, data_coding: 8 });
  expect(built.short_message).toEqual(Buffer.from([5, 0, 3, 9, 3, 2, 0x05, 0x31]));
});

test("no part of any text is longer than a message holds", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", minLength: 1, maxLength: 700 }), (text) => {
      const { parts, encoding } = measureSms(text);
      parts.forEach((part, index) => {
        const place = parts.length === 1 ? null : { reference: 1, total: parts.length, sequence: index + 1 };
        const octets = buildSubmit({ ...base, text: part, encoding, part: place }).short_message;
        const limit = encoding === "ucs2" ? 140 : place === null ? 160 : 159;
        expect(Buffer.isBuffer(octets) && octets.length <= limit).toBe(true);
      });
    }),
  );
});

test.each([
  [1, "000000000001000R"],
  [3_661, "000000010101000R"],
  [86_400 * 3 + 59, "000003000059000R"],
  [1e12, "000030000000000R"],
])("%d seconds are %s", (seconds, expected) => {
  expect(relativeTime(seconds)).toBe(expected);
});
