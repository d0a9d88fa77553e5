import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { plainContent } from "../template/plain-content";
import { fullTemplate } from "../template/template.fixture";
import { isFreeForm, isWindowOpen } from "./service-window";

const at = Date.UTC(2026, 10, 23, 12);
const HOURS_24 = 24 * 3_600_000;

describe("the 24 hours after a person's last message", () => {
  it("are open at 23:59:59 and over at 24:00:00", () => {
    expect(isWindowOpen(at, at)).toBe(true);
    expect(isWindowOpen(at, at + HOURS_24 - 1_000)).toBe(true);
    expect(isWindowOpen(at, at + HOURS_24 - 1)).toBe(true);
    expect(isWindowOpen(at, at + HOURS_24)).toBe(false);
  });

  it("never begin for somebody who has not written", () => {
    fc.assert(fc.property(fc.integer(), (now) => !isWindowOpen(null, now)));
  });

  it("once over stay over, and a later message never closes them", () => {
    const instant = fc.integer({ min: 0, max: 4_000_000_000_000 });
    const step = fc.nat(2 * HOURS_24);
    fc.assert(
      fc.property(instant, step, step, (last, age, more) => {
        const isOpen = isWindowOpen(last, last + age);
        return (isOpen || !isWindowOpen(last, last + age + more)) && (!isOpen || isWindowOpen(last + more, last + age));
      }),
    );
  });
});

it("only a message without an approved template, on WhatsApp, asks for them", () => {
  const free = plainContent("Hello", "en", "utility");
  expect([isFreeForm("whatsapp", free), isFreeForm("viber", free), isFreeForm("sms", free)]).toEqual([
    true,
    false,
    false,
  ]);
  expect(isFreeForm("whatsapp", fullTemplate)).toBe(false);
});
