import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { suggestWhatsAppName } from "./suggest-whatsapp-name";

describe("suggestWhatsAppName", () => {
  it.each([
    ["November offer, 20%", "november_offer_20"],
    ["Նոյեմբերյան առաջարկ", "noyemberyan_arajark"],
    ["Осенняя распродажа", "osennyaya_rasprodazha"],
    ["Café été", "cafe_ete"],
    ["日本", ""],
  ])("writes %j as %j", (name, expected) => {
    expect(suggestWhatsAppName(name)).toBe(expected);
  });

  it("never gives a name that WhatsApp refuses, save for an empty one", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (name) => {
        expect(suggestWhatsAppName(name)).toMatch(/^[a-z0-9_]{0,60}$/);
      }),
    );
  });
});
