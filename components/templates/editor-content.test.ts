import { describe, expect, it } from "vitest";
import { usedVariables } from "@/lib/domain/template/used-variables";
import { fillVariables } from "@/lib/domain/template/variables";
import {
  blankContent,
  isViberLikeWhatsApp,
  lostInSms,
  placeholder,
  withCategory,
  withViberLikeWhatsApp,
} from "./editor-content";

const link = { kind: "url", label: "More", url: "https://bank.example" } as const;
const rich = {
  ...blankContent("hy"),
  body: "{{first_name|friend}} {{city}}",
  whatsapp: { imageUrl: "https://a.example/i.png", footer: "F", buttons: [link], templateName: "t" },
};

describe("editor content", () => {
  it("drops pictures and links when the template becomes a verification code", () => {
    const code = withCategory(withViberLikeWhatsApp(rich), "authentication");
    expect(code.whatsapp).toMatchObject({ imageUrl: null, buttons: [] });
    expect(code.viber).toEqual({ imageUrl: null, button: null });
    expect(withCategory(rich, "utility")).toEqual({ ...rich, category: "utility" });
  });

  it("knows when Viber says the same as WhatsApp", () => {
    expect(isViberLikeWhatsApp(rich)).toBe(false);
    expect(isViberLikeWhatsApp(withViberLikeWhatsApp(rich))).toBe(true);
    expect(isViberLikeWhatsApp(blankContent("en"))).toBe(true);
  });

  it("lists the variables of the body and of an SMS text of its own, and what the SMS loses", () => {
    expect(usedVariables({ ...rich, sms: { text: "{{code}} {{city}}", keepLink: false } })).toEqual([
      "first_name",
      "city",
      "code",
    ]);
    expect(lostInSms(rich)).toEqual(["image", "buttons", "footer"]);
    expect(lostInSms(blankContent("en"))).toEqual([]);
  });

  it("writes placeholders that read back, whatever the spare value", () => {
    expect(placeholder("city", "")).toBe("{{city}}");
    expect(fillVariables(placeholder("city", " Ere}}van| "), {})).toEqual({ text: "Erevan", missing: [] });
  });
});
