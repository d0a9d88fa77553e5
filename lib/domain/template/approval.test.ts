import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { approvalState, compareWithApproved, isSendable, stopCode, type ApprovedShape } from "./approval";
import { approvedFromContent, contentFromApproved, importObstacle } from "./from-approved";
import { checkTemplateContent } from "./check-content";
import { findForeignVariables, findMetaHints, metaLanguage } from "./meta-limits";
import { renderForChannel } from "./render";
import { fullTemplate } from "./template.fixture";

const shape: ApprovedShape = {
  header: "image",
  body: fullTemplate.body,
  footer: "Example Bank",
  buttons: [
    { kind: "reply", label: "Այո", url: null },
    { kind: "url", label: "Իմանալ ավելին", url: "https://example.am/x" },
  ],
};

describe("approvalState", () => {
  it("stops exactly what WhatsApp refuses for everyone, and judges no word it does not know", () => {
    for (const word of ["REJECTED", "PAUSED", "DISABLED", "PENDING_DELETION"]) {
      expect(stopCode(approvalState(word))).toMatch(/^132\d{3}$/);
      expect(isSendable(approvalState(word))).toBe(false);
    }
    for (const word of ["APPROVED", "approved", "FLAGGED", "REINSTATED"]) {
      expect(isSendable(approvalState(word))).toBe(true);
    }
    expect(stopCode(approvalState("PENDING"))).toBeNull();
    expect(isSendable(approvalState("PENDING"))).toBe(false);
    fc.assert(
      fc.property(fc.string(), (word) => {
        expect(stopCode(approvalState(`x${word}`))).toBeNull();
      }),
    );
    expect(approvalState("constructor")).toBe("other");
  });
});

describe("compareWithApproved", () => {
  it("finds nothing where both are the same", () => {
    expect(compareWithApproved(fullTemplate, shape, "MARKETING")).toEqual([]);
  });

  it("names each part that WhatsApp would refuse, and the category that changes the price", () => {
    const other: ApprovedShape = {
      ...shape,
      header: "video",
      body: "{{first_name}}",
      buttons: shape.buttons.slice(0, 1),
    };
    expect(compareWithApproved(fullTemplate, other, "UTILITY")).toEqual([
      { kind: "variables", ours: 2, theirs: 1 },
      { kind: "header", ours: "image", theirs: "video" },
      { kind: "buttons", ours: 2, theirs: 1 },
      { kind: "category", ours: "marketing", theirs: "utility" },
    ]);
    const renamed = { ...shape, body: "{{name}} {{city}}" };
    expect(compareWithApproved(fullTemplate, renamed, null)).toEqual([
      { kind: "variable_names", ours: "first_name, city", theirs: "name, city" },
    ]);
    const swapped = { ...shape, buttons: shape.buttons.toReversed() };
    expect(compareWithApproved(fullTemplate, swapped, null)).toEqual([{ kind: "button_kind", at: 1 }]);
  });
});

describe("what Meta approves", () => {
  it("has no Armenian: the text is sent under the code that was chosen for it", () => {
    expect(findMetaHints(fullTemplate)).toEqual([{ kind: "language", language: "hy" }]);
    const under = { ...fullTemplate, whatsapp: { ...fullTemplate.whatsapp, language: "en" } };
    expect(findMetaHints(under)).toEqual([]);
    expect(metaLanguage({ ...under, whatsapp: { ...under.whatsapp, language: "pt-BR" } })).toBe("pt_BR");
    const { content } = renderForChannel(under, "whatsapp", {}, { ttlSeconds: 60, validitySeconds: null });
    expect(content.language).toBe("en");
  });

  it("knows variables by small Latin names or by places without a gap, never both", () => {
    expect(findForeignVariables("{{first_name}} {{city2}}")).toEqual([]);
    expect(findForeignVariables("{{1}} {{2}}")).toEqual([]);
    expect(findForeignVariables("{{1}} {{3}}")).toEqual(["3"]);
    expect(findForeignVariables("{{1}} {{name}}")).toEqual(["1"]);
    expect(findForeignVariables("{{First}} {{2nd}} {{անուն}} {{a.b}}")).toEqual(["First", "2nd", "անուն", "a.b"]);
  });
});

describe("contentFromApproved", () => {
  const approved = { name: "offer", language: "en", category: "UTILITY", shape: { ...shape, header: null } };

  it("makes a template that says and asks for the same", () => {
    const content = contentFromApproved(approved);
    expect(content).toMatchObject({ language: "hy", category: "utility", whatsapp: { language: "en" } });
    expect(compareWithApproved(content, approved.shape, "UTILITY")).toEqual([]);
    expect(checkTemplateContent(content)).toEqual([]);
    const english = contentFromApproved({ ...approved, shape: { ...approved.shape, body: "Hello" } });
    expect(english.language).toBe("en");
    expect(english.whatsapp.language).toBeUndefined();
  });

  it("refuses what cannot be sent from here", () => {
    expect(importObstacle(null)).toBe("no_content");
    expect(importObstacle({ ...shape, header: "video" })).toBe("header");
    expect(importObstacle({ ...shape, body: " " })).toBe("body");
    expect(importObstacle({ ...shape, buttons: [{ kind: "other", label: "Call", url: null }] })).toBe("button");
    expect(importObstacle(shape)).toBeNull();
  });
});

describe("approvedFromContent", () => {
  it("is what the content asks for, without the spare values that WhatsApp does not know", () => {
    const shape = approvedFromContent(fullTemplate);
    expect(compareWithApproved(fullTemplate, shape, "MARKETING")).toEqual([]);
    expect(shape).toMatchObject({
      header: "image",
      body: "{{first_name}} ջան, այս շաբաթ՝ 20% զեղչ {{city}} քաղաքում։",
    });
    expect(
      approvedFromContent({ ...fullTemplate, whatsapp: { ...fullTemplate.whatsapp, imageUrl: null } }).header,
    ).toBeNull();
  });
});
