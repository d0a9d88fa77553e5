import { createRequire } from "node:module";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeGsm7Unpacked, encodeGsm7Packed, encodeGsm7Unpacked, gsm7Cost, isGsm7Char } from "./gsm7";

/** Another implementation of the same table, as the judge. */
const { encodings } = createRequire(import.meta.url)("smpp") as {
  encodings: { ASCII: { encode(text: string): Uint8Array } };
};

const EXTENSION = "^{}\\[~]|€\f";
const ALPHABET = Array.from({ length: 0x10000 }, (_, unit) => String.fromCharCode(unit)).filter(isGsm7Char);

const gsmText = fc.array(fc.constantFrom(...ALPHABET), { maxLength: 400, size: "max" }).map((chars) => chars.join(""));

describe("GSM 7-bit alphabet", () => {
  it("has 127 basic and 10 extension characters, and no escape", () => {
    expect(ALPHABET).toHaveLength(137);
    expect(ALPHABET.filter((char) => gsm7Cost(char.charCodeAt(0)) === 2).toSorted()).toEqual([...EXTENSION].toSorted());
    expect(isGsm7Char("\x1b")).toBe(false);
  });

  it.each(["Ա", "я", "ç", "`", "“", "\t", "\u00a0", "😀", "", "ab"])("lacks %j", (char) => {
    expect(isGsm7Char(char)).toBe(false);
  });

  it("knows the places that other tables get wrong", () => {
    expect([...encodeGsm7Unpacked("@£$Çàé_§¡¿€\f")]).toEqual([
      0x00, 0x01, 0x02, 0x09, 0x7f, 0x05, 0x11, 0x5f, 0x40, 0x60, 0x1b, 0x65, 0x1b, 0x0a,
    ]);
  });

  it("reads back what it wrote", () => {
    fc.assert(fc.property(gsmText, (text) => decodeGsm7Unpacked(encodeGsm7Unpacked(text)) === text));
  });

  it("agrees with the smpp package on every text both can write", () => {
    fc.assert(
      fc.property(gsmText, (text) => {
        expect([...encodeGsm7Unpacked(text)]).toEqual([...encodings.ASCII.encode(text)]);
      }),
    );
  });

  it("refuses a character outside the alphabet", () => {
    expect(() => encodeGsm7Unpacked("Բարև")).toThrow(RangeError);
  });

  it("reads any octets without throwing", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (octets) => typeof decodeGsm7Unpacked(octets) === "string"),
    );
    expect(decodeGsm7Unpacked(Uint8Array.of(0x1b))).toBe(" ");
    expect(decodeGsm7Unpacked(Uint8Array.of(0x1b, 0x1b, 0x41))).toBe(" A");
    expect(decodeGsm7Unpacked(Uint8Array.of(0x1b, 0x41, 0xff))).toBe("A\ufffd");
  });

  it("packs eight septets into seven octets, as the examples in circulation have it", () => {
    expect(Buffer.from(encodeGsm7Packed("hellohello")).toString("hex")).toBe("e8329bfd4697d9ec37");
    expect(Buffer.from(encodeGsm7Packed("1234567")).toString("hex")).toBe("31d98c56b3dd1a"); // filled up with a CR
  });

  it("packs so that unpacking gives the text back, behind any header", () => {
    fc.assert(
      fc.property(gsmText, fc.constantFrom(0, 1), (text, fillBits) => {
        const bits = [...encodeGsm7Packed(text, fillBits)].flatMap((octet) =>
          Array.from({ length: 8 }, (_, bit) => (octet >> bit) & 1),
        );
        const septets = Array.from({ length: Math.floor((bits.length - fillBits) / 7) }, (_, index) =>
          Array.from({ length: 7 }, (_, bit) => (bits[fillBits + index * 7 + bit] ?? 0) << bit).reduce(
            (a, b) => a | b,
            0,
          ),
        );
        const read = decodeGsm7Unpacked(Uint8Array.from(septets));
        expect(read === text || read === text + "\r").toBe(true);
      }),
    );
  });
});
