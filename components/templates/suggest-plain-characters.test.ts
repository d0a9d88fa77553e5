import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { measureSms } from "@/lib/domain/sms/segments";
import { suggestPlainCharacters } from "./suggest-plain-characters";

describe("suggestPlainCharacters", () => {
  it("offers straight quotes and a hyphen where they bring the text back into GSM-7", () => {
    const text = `Only this week – “20% off” all cards… ${"a".repeat(60)}`;
    expect(suggestPlainCharacters(text)).toEqual({
      text: `Only this week - "20% off" all cards... ${"a".repeat(60)}`,
      replaced: [
        { from: "–", to: "-" },
        { from: "“", to: '"' },
        { from: "”", to: '"' },
        { from: "…", to: "..." },
      ],
      segmentsBefore: 2,
      segmentsAfter: 1,
    });
  });

  it("offers nothing when letters force Unicode anyway and nothing is gained", () => {
    expect(suggestPlainCharacters("Անի «ջան»")).toBeNull();
    expect(suggestPlainCharacters("Привет – мир")).toBeNull();
    expect(suggestPlainCharacters("plain")).toBeNull();
    expect(suggestPlainCharacters("“short”")).toBeNull();
    expect(suggestPlainCharacters("")).toBeNull();
  });

  it("never touches a letter and always saves what it says", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 300 }), (text) => {
        const found = suggestPlainCharacters(text);
        if (found === null) return;
        const letters = (value: string) => value.match(/\p{L}/gu)?.join("") ?? "";
        expect(letters(found.text)).toBe(letters(text));
        expect(measureSms(found.text).segments).toBe(found.segmentsAfter);
        expect(found.segmentsAfter).toBeLessThan(found.segmentsBefore);
      }),
    );
  });
});
