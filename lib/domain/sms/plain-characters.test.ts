import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeSmart, toPlainCharacters } from "./plain-characters";
import { countSmsSegments, measureSms } from "./segments";

const SIGNS = "“”„‟«»‘’‚‛‹›´`–—―‐‑‒−…\u00a0\u2002\u2009\u202f\t•·\u200b\u200d\ufeff\u00ad";
const unit = fc.constantFrom(...SIGNS, ..."abc XYZ09€[]ÄñΩ", ..."Անիև", ..."Жя", "😀", "ç", "ğ", "Š");
const anyText = fc.array(unit, { maxLength: 400, size: "max" }).map((units) => units.join(""));
const lettersOf = (text: string): string => text.replace(/[^\p{L}\p{N}\p{So}]/gu, "");

describe("smart encoding", () => {
  it("never changes a letter, a digit or an emoji", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(lettersOf(encodeSmart(text))).toBe(lettersOf(text));
        expect(lettersOf(toPlainCharacters(text).text)).toBe(lettersOf(text));
      }),
    );
  });

  it("never makes a text cost more", () => {
    fc.assert(fc.property(anyText, (text) => countSmsSegments(encodeSmart(text)) <= countSmsSegments(text)));
  });

  it("does it once: what came out stays as it is", () => {
    fc.assert(fc.property(anyText, (text) => encodeSmart(encodeSmart(text)) === encodeSmart(text)));
  });

  it("leaves a text in a national script exactly as it was written", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        fc.pre(measureSms(toPlainCharacters(text).text).encoding === "ucs2");
        expect(encodeSmart(text)).toBe(text);
      }),
    );
  });

  it.each([
    ["“Sale” – 20 % off… today", '"Sale" - 20 % off... today'],
    ["It’s\u00a0here", "It's here"],
    ["plain", "plain"],
    ["", ""],
    ["\u200b", "\u200b"],
    ["«Անի» – 20 %", "«Անի» – 20 %"],
  ])("%j goes out as %j", (from, to) => {
    expect(encodeSmart(from)).toBe(to);
  });

  it("names what was replaced, once each", () => {
    expect(toPlainCharacters("“a” “b”\u200b").replaced).toEqual([
      { from: "“", to: '"' },
      { from: "”", to: '"' },
      { from: "\u200b", to: "" },
    ]);
  });
});
