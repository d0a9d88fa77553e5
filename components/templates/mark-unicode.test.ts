import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { measureSms } from "@/lib/domain/sms/segments";
import { markUnicode } from "./mark-unicode";

describe("markUnicode", () => {
  it("marks the very characters that force Unicode, and a sentence of them as one", () => {
    expect(markUnicode("Ani – 20%")).toEqual([
      { text: "Ani ", forcesUnicode: false },
      { text: "–", forcesUnicode: true },
      { text: " 20%", forcesUnicode: false },
    ]);
    expect(markUnicode("Անի ջան, 20%")).toEqual([
      { text: "Անի ջան", forcesUnicode: true },
      { text: ", 20%", forcesUnicode: false },
    ]);
    expect(markUnicode("")).toEqual([]);
  });

  it("joins back to the text and marks something exactly when the text needs Unicode", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
        const runs = markUnicode(text);
        expect(runs.map((run) => run.text).join("")).toBe(text);
        expect(runs.some((run) => run.forcesUnicode)).toBe(measureSms(text).encoding === "ucs2");
      }),
    );
  });
});
