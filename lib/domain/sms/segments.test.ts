import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeGsm7Unpacked, gsm7Cost } from "./gsm7";
import { countSmsSegments, measureSms, splitSms } from "./segments";

const gsmUnit = fc.constantFrom(..."abcZ 09@£€[]{}~^|\\\n\fÄΩ");
const anyUnit = fc.oneof(gsmUnit, fc.constantFrom(..."ԱբգևяЖ“", "😀", "👍🏽", "🇦🇲", "\ud83d", "\u0301"));
const textOf = (unit: fc.Arbitrary<string>) =>
  fc.array(unit, { maxLength: 700, size: "max" }).map((units) => units.join(""));
const anyText = fc.oneof(textOf(gsmUnit), textOf(anyUnit), fc.string({ unit: "binary", maxLength: 300, size: "max" }));

/** Fewest parts by trying every cut, as a judge that shares nothing with the code. */
function fewestParts(text: string): number {
  if (text === "") return 0;
  const chars = [...text];
  const isGsm = chars.every((char) => char.length === 1 && gsm7Cost(char.charCodeAt(0)) > 0);
  const costs = chars.map((char) => (isGsm ? gsm7Cost(char.charCodeAt(0)) : char.length));
  const [single, joined] = isGsm ? [160, 153] : [70, 67];
  if (costs.reduce((sum, cost) => sum + cost, 0) <= single) return 1;
  const best = [0];
  for (let end = 1; end <= costs.length; end++) {
    let size = 0;
    let least = Infinity;
    for (let start = end - 1; start >= 0; start--) {
      size += costs[start] ?? 0;
      if (size > joined) break;
      least = Math.min(least, (best[start] ?? 0) + 1);
    }
    best.push(least);
  }
  return best.at(-1) ?? 0;
}

describe("SMS segments", () => {
  it("loses nothing: the parts join to the text", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(splitSms(text).join("")).toBe(text);
      }),
    );
  });

  it("makes parts that fit into 140 octets with their header", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const { encoding, parts } = measureSms(text);
        const headerOctets = parts.length > 1 ? 6 : 0;
        for (const part of parts) {
          const octets = encoding === "ucs2" ? part.length * 2 : Math.ceil((encodeGsm7Unpacked(part).length * 7) / 8);
          expect(part).not.toBe("");
          expect(headerOctets + octets).toBeLessThanOrEqual(140);
        }
      }),
    );
  });

  it("never cuts a surrogate pair", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const { parts } = measureSms(text);
        expect(parts.flatMap((part) => [...part])).toEqual([...text]);
      }),
    );
  });

  it("uses the fewest parts possible", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(measureSms(text).segments).toBe(fewestParts(text));
      }),
    );
  });

  it("never needs fewer parts for a longer text", () => {
    fc.assert(
      fc.property(anyText, anyText, (text, more) => {
        expect(measureSms(text + more).segments).toBeGreaterThanOrEqual(measureSms(text).segments);
      }),
    );
  });

  it("has room for exactly the units it says are left", () => {
    fc.assert(
      fc.property(textOf(anyUnit), (text) => {
        const info = measureSms(text);
        fc.pre(info.segments > 0);
        const filler = info.encoding === "gsm7" ? "a" : "Ա";
        expect(info.unitsLeft).toBeGreaterThanOrEqual(0);
        expect(countSmsSegments(text + filler.repeat(info.unitsLeft))).toBe(info.segments);
        expect(countSmsSegments(text + filler.repeat(info.unitsLeft + 1))).toBe(info.segments + 1);
      }),
    );
  });

  it("counts the same in the cheap way", () => {
    fc.assert(fc.property(anyText, (text) => countSmsSegments(text) === measureSms(text).segments));
  });

  it.each([
    ["", 0, "gsm7", 160],
    ["a".repeat(160), 1, "gsm7", 0],
    ["a".repeat(161), 2, "gsm7", 145],
    ["a".repeat(306), 2, "gsm7", 0],
    ["a".repeat(307), 3, "gsm7", 152],
    ["€".repeat(80), 1, "gsm7", 0],
    ["Ա".repeat(70), 1, "ucs2", 0],
    ["Ա".repeat(71), 2, "ucs2", 63],
    ["Ա".repeat(134), 2, "ucs2", 0],
    ["Ա".repeat(135), 3, "ucs2", 66],
    ["😀".repeat(35), 1, "ucs2", 0],
  ] as const)("measures a text at the boundary (%#)", (text, segments, encoding, unitsLeft) => {
    expect(measureSms(text)).toMatchObject({ segments, encoding, unitsLeft });
  });

  it("leaves a 16-bit reference its seventh octet", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const { encoding, parts } = measureSms(text, { headerOctets: 7 });
        const joined = encoding === "gsm7" ? 152 : 66;
        if (parts.length > 1) for (const part of parts) expect(measureSms(part).units).toBeLessThanOrEqual(joined);
        expect(parts.join("")).toBe(text);
      }),
    );
    expect(measureSms("a".repeat(304), { headerOctets: 7 }).segments).toBe(2);
    expect(measureSms("a".repeat(305), { headerOctets: 7 }).segments).toBe(3);
    expect(measureSms("Ա".repeat(133), { headerOctets: 7 }).segments).toBe(3);
  });

  it("measures a plain text as Unicode where the line takes nothing else", () => {
    expect(measureSms("a".repeat(71), { isUnicodeOnly: true })).toMatchObject({ encoding: "ucs2", segments: 2 });
  });

  it("keeps an escape pair together, one septet short", () => {
    const info = measureSms("a".repeat(152) + "€" + "b".repeat(20));
    expect(info.parts).toEqual(["a".repeat(152), "€" + "b".repeat(20)]);
    expect(info.units).toBe(174);
  });

  it("keeps a surrogate pair together, one unit short", () => {
    expect(splitSms("Ա".repeat(66) + "😀" + "Բ".repeat(10))).toEqual(["Ա".repeat(66), "😀" + "Բ".repeat(10)]);
  });

  it("charges an extension character one unit once the text is Unicode", () => {
    expect(measureSms("[€]Ա")).toMatchObject({ encoding: "ucs2", units: 4, characters: 4 });
  });

  it("names what forces Unicode, once each, as a reader sees it", () => {
    expect(measureSms("Hi “Ann” 👍🏽 “” €").unicodeCharacters).toEqual(["“", "”", "👍🏽"]);
    expect(measureSms("plain €").unicodeCharacters).toEqual([]);
  });

  it("copes with a huge hostile text", () => {
    const info = measureSms("Ա\u0301😀".repeat(250_000));
    expect(info).toMatchObject({ units: 1_000_000, segments: 15_000 });
    expect(info.unicodeCharacters.slice(0, 2)).toEqual(["Ա\u0301", "😀"]);
    expect(info.unicodeCharacters.length).toBeLessThan(10);
  });

  it("counts people's characters, not units", () => {
    expect(measureSms("😀a")).toMatchObject({ characters: 2, units: 3 });
  });
});
