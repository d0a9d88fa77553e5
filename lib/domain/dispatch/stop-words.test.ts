import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isStopWord, mayNameSender, readConsentWish } from "./stop-words";

const SAID = [
  "STOP",
  "unsubscribe",
  "Cancel",
  "END",
  "quit",
  "REVOKE",
  "СТОП",
  "отписаться",
  "ОТПИСКА",
  "ԿԱՆԳ",
  "դադար",
  "ԴԱԴԱՐԵՑՆԵԼ",
];
/** Nothing of it changes what a word means. */
const MARKS = [" ", "\n", "!", "։", "՜", "…", "«", "»", "\u200b", "\u200f", "\ufeff", "\u0301", "🛑", "-", "."];

describe("readConsentWish", () => {
  it.each([
    ...[
      ...SAID,
      "  Stop!! ",
      "¡Stóp!",
      "«СТОП»",
      "Դադար։",
      "ՍՏՈՊ",
      "ＳＴＯＰ",
      "S T O P",
      "S.T.O.P.",
      "ST\u200bOP",
      "opt-out",
    ],
    ...["stop please", "Пожалуйста, отпишите", "stop stop stop", "Կա՛նգ", "հրաժարվում եմ", "𝐒𝐓𝐎𝐏"],
  ])("takes %s for an opt-out", (text) => expect(readConsentWish(text)).toBe("stop"));

  it.each(["STOPALL", "Stop all", "отписаться от всего"])("takes %s for an end to all but codes", (text) =>
    expect(readConsentWish(text)).toBe("stop_all"),
  );

  it.each(["START", "unstop", "СТАРТ", "Սկսել։", "opt in"])("takes %s for a wish to be written to again", (text) =>
    expect(readConsentWish(text)).toBe("start"),
  );

  it.each([
    ...[
      "",
      "please stop calling it that",
      "nonstop",
      "Շնորհակալություն",
      "cancel order 4711",
      "cancel 4711",
      "x".repeat(500),
    ],
    ...["the end is near", "weekend", "bus stop", "start stop", "STOP ARARAT", "don't stop", "не отписывайте"],
  ])("leaves %s to people", (text) => expect(readConsentWish(text)).toBeNull());

  it("takes the sender's name before or after the word, and no other name", () => {
    expect(readConsentWish("STOP Ararat Bank", ["ARARAT BANK"])).toBe("stop");
    expect(readConsentWish("արարատ կանգ", ["Արարատ"])).toBe("stop");
    expect(readConsentWish("STOP Ararat", ["Ani", ""])).toBeNull();
    expect(mayNameSender("stop ararat")).toBe(true);
    expect(mayNameSender("we stop here")).toBe(false);
  });

  it("writes «և» as it pleases", () => {
    expect(readConsentWish("STOP Արև", ["ԱՐԵՎ"])).toBe("stop");
    expect(readConsentWish("STOP ԱՐԵՒ", ["Արև"])).toBe("stop");
  });

  it("does not mind case, marks and what does not show, wherever they stand", () => {
    const marks = fc.array(fc.constantFrom(...MARKS), { maxLength: 3 }).map((all) => all.join(""));
    fc.assert(
      fc.property(fc.constantFrom(...SAID), marks, marks, fc.boolean(), (word, before, after, upper) => {
        const written = upper ? word.toUpperCase() : word.toLowerCase();
        expect(isStopWord(before + written + after)).toBe(true);
      }),
    );
  });

  it("answers any text at once", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 2_000 }), fc.array(fc.string()), (text, senders) => {
        expect([null, "stop", "stop_all", "start"]).toContain(readConsentWish(text, senders));
      }),
    );
  });
});
