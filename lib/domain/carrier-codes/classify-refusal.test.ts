import fc from "fast-check";
import { createTranslator } from "next-intl";
import { describe, expect, it } from "vitest";
import en from "@/messages/en/carrierCodes.json";
import hy from "@/messages/hy/carrierCodes.json";
import ru from "@/messages/ru/carrierCodes.json";
import { CHANNELS, LOCALES, type Channel } from "../vocabulary";
import { classifyRefusal, listCarrierCodes, type CarrierAction } from "./classify-refusal";
import { OWN_CODES } from "./code-tables";

/** What the public documentation says to do, in the order of docs and not of the code. */
const EXPECTED: Record<Channel, Partial<Record<CarrierAction, string>>> = {
  whatsapp: {
    fallback: "131026 130472 130497 failed expired",
    fallback_if_allowed: "131049 131047",
    opt_out: "131050",
    retry: "131056 131000 131016 131057 2",
    slow_down: "130429 4 80007",
    sender_fault: "131048 131031 368 131042 131045 131064 190",
    template_fault: "132000 132001 132005 132007 132008 132012 132015 132016",
    content_fault: "131008 131009 131051 131053",
  },
  viber: {
    fallback: "9 10 failed expired bot:5 bot:6 bot:11 not_subscribed not_for_codes",
    blocked: "8",
    unknown_outcome: "1 7",
    template_fault: "3 5 6 18 20 28 29 30 31 32 38 39 40 41 bot:3 bot:4",
    bad_number: "27",
    sender_fault: "2 13 43 401 bot:2 bot:7 bot:8 bot:9 bot:10 bot:24",
    content_fault: "21",
    slow_down: "bot:12",
  },
  sms: {
    slow_down: "0x00000058 0x00000014 20429 14107 21611",
    retry: "0x00000008 0x00000064 0x00000004",
    sender_fault:
      "0x0000000A 0x0000000D 0x0000000E 0x0000000F 0x00000015 0x00000048 0x00000049 20003 20404 21603 21606 21659 30002 30034 21408",
    bad_number: "0x0000000B 0x00000050 0x00000051 21211 21614 21265 30005 30006",
    content_fault: "0x00000001 0x00000045 0x00000061 0x00000062 0x00000065 0x00000066 21602 21617 21609 30007 canceled",
    fallback: "EXPIRED DELETED UNDELIV 30003 30008 undelivered failed",
    fallback_if_allowed: "REJECTD 30001 30004 30010",
    unknown_outcome: "UNKNOWN ACCEPTD ENROUTE 20500",
    opt_out: "21610",
  },
};

const rows = CHANNELS.flatMap((channel) =>
  Object.entries(EXPECTED[channel]).flatMap(([action, codes]) =>
    codes.split(" ").map((code) => ({ channel, code, action })),
  ),
);
const catalogues = { en, hy, ru };

describe("carrier codes", () => {
  it.each(rows)("$channel $code means $action", ({ channel, code, action }) => {
    expect(classifyRefusal(channel, code, "refusal")).toMatchObject({
      action,
      messageKey: `${channel}.${code.replace(":", "_")}`,
    });
  });

  it("has no rule that the table above does not know", () => {
    for (const channel of CHANNELS) {
      const expected = rows.filter((row) => row.channel === channel).map((row) => row.code);
      expect(listCarrierCodes(channel).toSorted()).toEqual(expected.toSorted());
    }
  });

  it("has a sentence in every language for every code, and no sentence without a code", () => {
    const keys = [
      ...CHANNELS.flatMap((channel) => [
        `${channel}.default`,
        ...listCarrierCodes(channel).map((code) => classifyRefusal(channel, code, "receipt").messageKey),
      ]),
      ...Object.keys(OWN_CODES).map((code) => `own.${code}`),
    ].toSorted();
    for (const locale of LOCALES) {
      const messages = catalogues[locale];
      const present = Object.entries(messages).flatMap(([group, texts]) =>
        Object.keys(texts).map((code) => `${group}.${code}`),
      );
      expect(present.toSorted()).toEqual(keys);
      const translate = createTranslator({ locale, messages: { carrierCodes: messages } });
      for (const key of keys) {
        const text: string = translate(`carrierCodes.${key}` as never);
        expect(text, `${locale} ${key}`).toMatch(locale === "hy" ? /^[^!{}]+։$/ : /^[^!{}]+\.$/);
        const script = { en: /\p{Script=Latin}{3}/u, hy: /\p{Script=Armenian}{3}/u, ru: /\p{Script=Cyrillic}{3}/u };
        expect(text, `${locale} ${key} in its own letters`).toMatch(script[locale]);
      }
    }
  });

  it("never asks for another try after the carrier had taken the message", () => {
    for (const channel of CHANNELS) {
      for (const code of [...listCarrierCodes(channel), "whatever", "http_429", "dns"]) {
        expect(["retry", "slow_down"]).not.toContain(classifyRefusal(channel, code, "receipt").action);
      }
    }
    expect(classifyRefusal("whatsapp", "131000", "receipt").action).toBe("fallback");
    expect(classifyRefusal("whatsapp", "130429", "receipt").action).toBe("fallback_if_allowed");
  });

  it("never lets a person's no become another channel, however it comes", () => {
    for (const kind of ["refusal", "receipt"] as const) {
      expect(classifyRefusal("whatsapp", "131050", kind)).toMatchObject({
        action: "opt_out",
        remember: { fact: "opted_out", forMs: null },
      });
      expect(classifyRefusal("viber", "8", kind)).toMatchObject({
        action: "blocked",
        remember: { fact: "blocked", forMs: null },
      });
    }
  });

  it("remembers who is not on a channel, for a time", () => {
    const remembered = classifyRefusal("whatsapp", "131026", "receipt").remember;
    expect(remembered).toEqual({ fact: "not_on_channel", forMs: 30 * 86_400_000 });
    expect(classifyRefusal("whatsapp", "131000", "refusal")).not.toHaveProperty("remember");
  });

  it.each([
    ["sms", "0x58", "slow_down", "sms.0x00000058"],
    ["sms", "0x0000000a", "sender_fault", "sms.0x0000000A"],
    ["sms", "UNDELIV:045", "fallback", "sms.UNDELIV"],
    ["sms", "expired:000", "fallback", "sms.EXPIRED"],
    ["sms", "0x000004FF", "content_fault", "sms.default"],
    ["whatsapp", "999999", "fallback_if_allowed", "whatsapp.default"],
    ["viber", "12", "fallback_if_allowed", "viber.default"],
    ["viber", "constructor", "fallback_if_allowed", "viber.default"],
    ["whatsapp", "timeout", "unknown_outcome", "own.timeout"],
    ["viber", "http_502", "unknown_outcome", "own.http_5xx"],
    ["viber", "http_403", "sender_fault", "own.http_403"],
    ["whatsapp", "http_404", "content_fault", "own.http_4xx"],
    ["sms", "session_lost", "unknown_outcome", "own.session_lost"],
  ] as const)("reads %s %s as %s", (channel, code, action, messageKey) => {
    expect(classifyRefusal(channel, code, "refusal")).toEqual({ action, messageKey });
  });

  it("answers any code with a rule that has a sentence", () => {
    fc.assert(
      fc.property(fc.constantFrom(...CHANNELS), fc.string(), (channel, code) => {
        const [group = "", name = ""] = classifyRefusal(channel, code, "refusal").messageKey.split(/\.(.*)/s);
        expect((en as Record<string, Record<string, string>>)[group]).toHaveProperty([name]);
      }),
    );
  });
});
