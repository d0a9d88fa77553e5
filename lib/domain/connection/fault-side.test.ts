import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CHANNELS } from "../vocabulary";
import { faultSide } from "./fault-side";

describe("faultSide", () => {
  it.each([
    ["whatsapp", "131026", "person"],
    ["whatsapp", "131049", "person"],
    ["whatsapp", "131050", "person"],
    ["whatsapp", "190", "link"],
    ["whatsapp", "132001", "link"],
    ["whatsapp", "131000", "link"],
    ["whatsapp", "timeout", "link"],
    ["viber", "9", "person"],
    ["viber", "8", "person"],
    ["viber", "2", "link"],
    ["sms", "0x0000000B", "person"],
    ["sms", "0x0000000E", "link"],
    ["sms", "session_lost", "link"],
  ] as const)("of %s %s is the %s's", (channel, code, side) => {
    expect(faultSide(channel, code, "refusal")).toBe(side);
  });

  it("of a receipt without a code is the person's, of a send without an answer the link's", () => {
    expect(faultSide("sms", null, "receipt")).toBe("person");
    expect(faultSide("whatsapp", null, "refusal")).toBe("link");
  });

  it("of an SMS that could not be handed over is the person's", () => {
    expect(faultSide("sms", "UNDELIV:045", "receipt")).toBe("person");
    expect(faultSide("sms", "EXPIRED", "receipt")).toBe("person");
  });

  it("is one of the two for any code a carrier may think of", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...CHANNELS),
        fc.string(),
        fc.constantFrom("refusal", "receipt"),
        (channel, code, kind) => {
          expect(["link", "person"]).toContain(faultSide(channel, code, kind));
        },
      ),
    );
  });
});
