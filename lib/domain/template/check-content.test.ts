import fc from "fast-check";
import { plainContent } from "./plain-content";
import { describe, expect, it } from "vitest";
import type { TemplateContent } from "../template-content";
import { checkTemplateContent } from "./check-content";
import { fullTemplate } from "./template.fixture";

const whatsapp = (change: Partial<TemplateContent["whatsapp"]>): TemplateContent => ({
  ...fullTemplate,
  whatsapp: { ...fullTemplate.whatsapp, ...change },
});
const viber = (change: Partial<TemplateContent["viber"]>): TemplateContent => ({
  ...fullTemplate,
  viber: { ...fullTemplate.viber, ...change },
});
const link = (label: string, url: string) => ({ kind: "url", label, url }) as const;
const found = (content: TemplateContent) =>
  checkTemplateContent(content).map(({ path, problem }) => `${path}: ${problem}`);

describe("template content", () => {
  it("passes when everything is within the limits", () => {
    expect(checkTemplateContent(fullTemplate)).toEqual([]);
    expect(checkTemplateContent(viber({ button: link("Go", "https://c.example/o?n={{order|0}}") }))).toEqual([]);
  });

  it.each([
    ["empty body", { ...fullTemplate, body: " \n" }, ["body: empty"]],
    ["unclosed variable", { ...fullTemplate, body: "Hi {{name" }, ["body: unclosedVariable"]],
    ["bad name", { ...fullTemplate, body: "Hi {{my name}}" }, ["body: badVariableName"]],
    ["stray braces", { ...fullTemplate, body: "Hi }}" }, ["body: unopenedVariable"]],
    ["bad SMS", { ...fullTemplate, sms: { text: "{{", keepLink: false } }, ["sms.text: unclosedVariable"]],
    ["empty SMS", { ...fullTemplate, sms: { text: "", keepLink: false } }, ["sms.text: empty"]],
    ["language", { ...fullTemplate, language: "Armenian" }, ["language: badLanguage"]],
    ["name", whatsapp({ templateName: "November sale" }), ["whatsapp.templateName: badTemplateName"]],
    ["long name", whatsapp({ templateName: "a".repeat(513) }), ["whatsapp.templateName: badTemplateName"]],
    ["long footer", whatsapp({ footer: "a".repeat(61) }), ["whatsapp.footer: tooLong"]],
    ["footer variable", whatsapp({ footer: "{{a}}" }), ["whatsapp.footer: variableNotAllowed"]],
    ["http image", whatsapp({ imageUrl: "http://cdn.example/a.jpg" }), ["whatsapp.imageUrl: insecureImage"]],
    ["data image", viber({ imageUrl: "data:image/png;base64,AA" }), ["viber.imageUrl: badUrl"]],
    ["script link", viber({ button: link("Go", "javascript:alert(1)") }), ["viber.button.url: badUrl"]],
    ["password link", viber({ button: link("Go", "https://a:b@c.example") }), ["viber.button.url: badUrl"]],
    ["split link", viber({ button: link("Go", "https://c.example/a\nb") }), ["viber.button.url: badUrl"]],
    [
      "link variable in the middle",
      viber({ button: link("Go", "https://c.example/{{a}}/x") }),
      ["viber.button.url: linkVariable"],
    ],
    ["link variable for the site", viber({ button: link("Go", "https://{{a}}") }), ["viber.button.url: linkVariable"]],
    [
      "link variable in the site's name",
      viber({ button: link("Go", "https://c.example{{a}}") }),
      ["viber.button.url: linkVariable"],
    ],
    [
      "two link variables",
      viber({ button: link("Go", "https://c.example/{{a}}{{b}}") }),
      ["viber.button.url: linkVariable"],
    ],
    ["long caption", viber({ button: link("a".repeat(31), "https://c.example") }), ["viber.button.label: tooLong"]],
    [
      "long label",
      whatsapp({ buttons: [{ kind: "reply", label: "a".repeat(26) }] }),
      ["whatsapp.buttons.0.label: tooLong"],
    ],
    [
      "same label twice",
      whatsapp({
        buttons: [
          { kind: "reply", label: "Yes" },
          { kind: "reply", label: "Yes " },
        ],
      }),
      ["whatsapp.buttons.1.label: duplicateLabel"],
    ],
    [
      "four buttons",
      whatsapp({ buttons: ["a", "b", "c", "d"].map((label) => ({ kind: "reply", label }) as const) }),
      ["whatsapp.buttons: tooManyButtons"],
    ],
    [
      "pictures and links for a verification code",
      { ...fullTemplate, category: "authentication" } as const,
      [
        "whatsapp.imageUrl: notForAuthentication",
        "whatsapp.buttons.1: notForAuthentication",
        "viber.imageUrl: notForAuthentication",
        "viber.button: notForAuthentication",
      ],
    ],
  ])("is refused for: %s", (_name, content, problems) => {
    expect(found(content)).toEqual(problems);
  });

  it("may be as long as the shortest limit of its channels", () => {
    const body = (length: number) => ({ ...fullTemplate, body: "ա".repeat(length) });
    expect(checkTemplateContent(body(1000))).toEqual([]);
    expect(checkTemplateContent(body(1001))).toEqual([
      { path: "body", problem: "tooLong", values: { max: 1000, length: 1001, channel: "viber" } },
    ]);
    expect(checkTemplateContent(body(1024), ["whatsapp", "sms"])).toEqual([]);
    expect(checkTemplateContent(body(1025), ["whatsapp", "sms"])).toHaveLength(1);
  });

  it("is not asked for a WhatsApp name when it never goes there", () => {
    expect(checkTemplateContent(whatsapp({ templateName: "" }), ["viber", "sms"])).toEqual([]);
  });

  it("may load images over http from the machine itself", () => {
    for (const host of ["localhost:4010", "127.0.0.1:4010", "[::1]:4010"]) {
      expect(checkTemplateContent(whatsapp({ imageUrl: `http://${host}/a.png` }))).toEqual([]);
    }
    expect(found(whatsapp({ imageUrl: "http://127.0.0.1.evil.example/a.png" }))).toHaveLength(1);
  });

  it("is judged without a throw, whatever it holds", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (body, url, label) => {
        const content = { ...viber({ button: link(label, url), imageUrl: url }), body };
        for (const { path } of checkTemplateContent(content)) expect(path).not.toBe("");
      }),
    );
    expect(found({ ...fullTemplate, body: "{{".repeat(500_000) })).toEqual(["body: tooLong", "body: tooLong"]);
  });
});

it("labels of a message without a template have 20 characters, of an approved one 25, on Viber 30", () => {
  const link = (length: number) => ({ kind: "url", label: "x".repeat(length), url: "https://example.com" }) as const;
  const content = (name: string, onWhatsApp: number, onViber: number): TemplateContent => ({
    ...plainContent("Hello", "en", "utility"),
    whatsapp: { imageUrl: null, footer: null, buttons: [link(onWhatsApp)], templateName: name },
    viber: { imageUrl: null, button: link(onViber) },
  });
  const tooLong = (made: TemplateContent) =>
    checkTemplateContent(made).flatMap(({ path, problem }) => (problem === "tooLong" ? [path] : []));
  expect(tooLong(content("", 20, 30))).toEqual([]);
  expect(tooLong(content("offer", 25, 30))).toEqual([]);
  expect(tooLong(content("", 21, 31))).toEqual(["whatsapp.buttons.0.label", "viber.button.label"]);
  expect(tooLong(content("offer", 26, 30))).toEqual(["whatsapp.buttons.0.label"]);
});
