import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { TEMPLATE_LANGUAGES } from "@great-detail/whatsapp";
import type { SendRequest } from "@/lib/carriers/connector";
import { buildWhatsAppMessage, type WhatsAppContent } from "@/lib/carriers/whatsapp/build-message";
import { checkTemplateContent, TEMPLATE_LIMITS } from "@/lib/domain/template/check-content";
import { plainContent } from "@/lib/domain/template/plain-content";
import { renderForChannel } from "@/lib/domain/template/render";
import type { TemplateContent, WhatsAppButton } from "@/lib/domain/template-content";
import { CATEGORIES } from "@/lib/domain/vocabulary";
import { messageSchema } from "@/sandbox/whatsapp/message-schema";
import { findFaults } from "./whatsapp-schema";

/** Whole characters of every kind, so that half of a surrogate pair can only be of our making. */
const hostile = [
  ..."Բարև, Анна \"\\'<>&`{}|/?#%",
  "\u0000",
  "\u001b",
  "\t",
  "\r",
  "\n",
  "     ",
  "\u2028",
  "\u202e",
  "👩‍👩‍👧",
  "é",
  "🇦🇲",
];
const character = fc.oneof(fc.constantFrom(...hostile), fc.string({ unit: "grapheme", minLength: 1, maxLength: 1 }));
const text = (maxLength: number) => fc.array(character, { minLength: 1, maxLength }).map((list) => list.join(""));

const image = fc.oneof(
  fc.webUrl({ validSchemes: ["https"], withQueryParameters: true }),
  fc.constantFrom(
    "https://example.am/նկար.png",
    "https://օրինակ.հայ/a b.png".replace(" ", "%20"),
    'https://a.am/100%?q=<>"^`|',
  ),
);
const button: fc.Arbitrary<WhatsAppButton> = fc.oneof(
  fc.record({ kind: fc.constant("reply" as const), label: text(TEMPLATE_LIMITS.whatsappButtonLabel) }),
  fc.record({
    kind: fc.constant("url" as const),
    label: text(TEMPLATE_LIMITS.whatsappButtonLabel),
    url: fc.webUrl(),
  }),
);
/** Meta's templates name their variables so, or number them; what else our editor takes, no approved template has. */
const names = fc.oneof(
  fc.uniqueArray(fc.stringMatching(/^[a-z][a-z0-9_]{0,20}$/), { maxLength: 12 }),
  fc.integer({ min: 0, max: 12 }).chain((count) => {
    const numbers = Array.from({ length: count }, (_, index) => String(index + 1));
    return fc.shuffledSubarray(numbers, { minLength: count });
  }),
);
const language = fc.constantFrom<string>("hy", "en-US", ...TEMPLATE_LANGUAGES);

type Case = { readonly content: WhatsAppContent; readonly category: SendRequest["category"] };

/** Whatever a person can save and a launch can render: the editor's own check decides. */
const template: fc.Arbitrary<Case> = fc
  .record({
    names,
    values: fc.array(text(40), { minLength: 12, maxLength: 12 }),
    language,
    category: fc.constantFrom(...CATEGORIES),
    imageUrl: fc.option(image),
    buttons: fc.uniqueArray(button, { maxLength: 3, selector: ({ label }) => label.trim() }),
    templateName: fc.stringMatching(/^[a-z0-9_]{1,512}$/),
    suffixes: fc.array(fc.option(text(30)), { maxLength: 3 }),
  })
  .map((drawn) => {
    const content: TemplateContent = {
      language: drawn.language,
      category: drawn.category,
      body: `Hi ${drawn.names.map((name) => `{{${name}|friend}}`).join(" ")}`,
      whatsapp: { ...drawn, footer: null },
      viber: { imageUrl: null, button: null },
      sms: { text: null, keepLink: false },
    };
    const values = Object.fromEntries(drawn.names.map((name, index) => [name, drawn.values[index]]));
    const rendered = renderForChannel(content, "whatsapp", values, { ttlSeconds: 60, validitySeconds: null });
    return { template: content, suffixes: drawn.suffixes, rendered };
  })
  .filter(({ template: content, rendered }) => {
    return checkTemplateContent(content, ["whatsapp"]).length === 0 && rendered.missing.length === 0;
  })
  .map(({ template: { category }, suffixes, rendered: { content } }) => {
    if (content.channel !== "whatsapp") throw new Error("not a WhatsApp message");
    return { category, content: { ...content, urlSuffixes: suffixes } };
  });

/** What a request of the API without a template may hold: the same check decides there. */
const freeText: fc.Arbitrary<Case> = fc
  .record({
    body: text(1_000),
    imageUrl: fc.option(image),
    buttons: fc.uniqueArray(button, { maxLength: 3, selector: ({ label }) => label.trim() }),
  })
  .map(({ body, imageUrl, buttons }): TemplateContent => {
    const plain = plainContent(body, "hy", "utility");
    return { ...plain, whatsapp: { ...plain.whatsapp, imageUrl, buttons } };
  })
  .filter((made) =>
    checkTemplateContent(made, ["whatsapp"]).every(({ path }) => path === "whatsapp.templateName" || path === "body"),
  )
  .map(({ body, whatsapp: { imageUrl, buttons } }) => ({
    category: "utility",
    content: {
      channel: "whatsapp",
      ...{ templateName: "", language: "hy", imageUrl, bodyParameters: [], buttons },
      freeText: body,
    },
  }));

const request: fc.Arbitrary<SendRequest> = fc
  .tuple(fc.oneof({ weight: 4, arbitrary: template }, freeText), fc.stringMatching(/^\+[1-9]\d{6,14}$/), fc.uuid())
  .map(([{ content, category }, to, reference]) => ({ reference, to, category, content }));

function wireOf(made: SendRequest): string {
  if (made.content.channel !== "whatsapp") throw new Error("not a WhatsApp message");
  return JSON.stringify(buildWhatsAppMessage(made, made.content));
}

test("every request that the connector can make is one by Meta's schema, in whole characters, and the sandbox takes it", () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(request, (made) => {
      const json = wireOf(made);
      expect(findFaults(json)).toEqual([]);
      expect(json).not.toMatch(/\\ud[89a-f]/i); // JSON.stringify writes half a pair as an escape
      expect(messageSchema.safeParse(JSON.parse(json)).error?.issues ?? []).toEqual([]);
      for (const word of json.matchAll(
        /"(header|body|button|quick_reply|url|text|parameter_name|image|caption|cta_url|reply)"/g,
      )) {
        seen.add(word[1] ?? "");
      }
    }),
    { numRuns: 2_000 },
  );
  expect([...seen].sort()).toEqual(
    [
      "body",
      "button",
      "caption",
      "cta_url",
      "header",
      "image",
      "parameter_name",
      "quick_reply",
      "reply",
      "text",
      "url",
    ].sort(),
  );
});

test("numbered variables stand in the order of their numbers, wherever the text has them", () => {
  const content: WhatsAppContent = {
    channel: "whatsapp",
    ...{ templateName: "sale", language: "hy", imageUrl: null, buttons: [], freeText: null },
    bodyParameters: ["2", "10", "1"].map((name) => ({ name, value: `of ${name}` })),
  };
  const made: SendRequest = { reference: "r", to: "+37499000111", category: "utility", content };
  expect([...wireOf(made).matchAll(/of (\d+)/g)].map((match) => match[1])).toEqual(["1", "2", "10"]);
});

const good = {
  messaging_product: "whatsapp",
  recipient_type: "individual",
  to: "+37491234567",
  biz_opaque_callback_data: "r",
  type: "template",
  template: {
    name: "sale",
    language: { code: "hy", policy: "deterministic" },
    components: [
      { type: "header", parameters: [{ type: "image", image: { link: "https://a.am/x.png" } }] },
      { type: "body", parameters: [{ type: "text", text: "Ani" }] },
      { type: "button", sub_type: "quick_reply", index: "0", parameters: [{ type: "payload", payload: "Yes" }] },
      { type: "button", sub_type: "url", index: "1", parameters: [{ type: "text", text: "x" }] },
    ],
  },
};
const [header, body, reply, url] = good.template.components;
const withComponents = (...components: unknown[]) => ({ ...good, template: { ...good.template, components } });
const bodyOf = (...parameters: unknown[]) => withComponents({ type: "body", parameters });

describe("the schema", () => {
  test("takes a request with all of it", () => {
    expect(findFaults(JSON.stringify(good))).toEqual([]);
  });

  test.each<[string, unknown]>([
    ["another product", { ...good, messaging_product: "sms" }],
    ["a recipient without the plus", { ...good, to: "37491234567" }],
    ["a number for a recipient", { ...good, to: 37_491_234_567 }],
    ["no recipient type", { ...good, recipient_type: undefined }],
    ["a field of ours", { ...good, ttl: 60 }],
    ["a reference that is too long", { ...good, biz_opaque_callback_data: "x".repeat(513) }],
    ["a type that has another body", { ...good, type: "text" }],
    ["both bodies", { ...good, text: { body: "x" } }],
    ["a template without a language", { ...good, template: { name: "sale" } }],
    ["a language without its policy", { ...good, template: { ...good.template, language: { code: "hy" } } }],
    [
      "a language with a dash",
      { ...good, template: { ...good.template, language: { code: "en-US", policy: "deterministic" } } },
    ],
    ["a template's name in capitals", { ...good, template: { ...good.template, name: "Sale" } }],
    ["two headers", withComponents(header, header)],
    ["two bodies", withComponents(body, body)],
    ["a footer, which takes no parameters", withComponents({ type: "footer", parameters: [] })],
    ["a header without parameters", withComponents({ type: "header", parameters: [] })],
    [
      "an image that is a bare address",
      withComponents({ type: "header", parameters: [{ type: "image", image: "https://a.am" }] }),
    ],
    [
      "an image with id and address",
      withComponents({ type: "header", parameters: [{ type: "image", image: { id: "1", link: "https://a.am" } }] }),
    ],
    [
      "an image by ftp",
      withComponents({ type: "header", parameters: [{ type: "image", image: { link: "ftp://a.am/x" } }] }),
    ],
    ["an empty value", bodyOf({ type: "text", text: "" })],
    ["no value", bodyOf({ type: "text" })],
    ["a line break in a value", bodyOf({ type: "text", text: "a\nb" })],
    ["five spaces in a value", bodyOf({ type: "text", text: "a     b" })],
    ["names and numbers mixed", bodyOf({ type: "text", text: "a" }, { type: "text", parameter_name: "b", text: "b" })],
    ["a name in another script", bodyOf({ type: "text", parameter_name: "անուն", text: "b" })],
    ["a button without a place", withComponents({ ...reply, index: undefined })],
    ["a button's place as a number", withComponents({ ...reply, index: 0 })],
    ["an eleventh button", withComponents({ ...reply, index: "10" })],
    ["a reply with a text", withComponents({ ...reply, parameters: [{ type: "text", text: "x" }] })],
    ["a link with a payload", withComponents({ ...url, parameters: [{ type: "payload", payload: "x" }] })],
    ["an unknown button", withComponents({ ...url, sub_type: "link" })],
    ["a text that is too long", { ...good, type: "text", template: undefined, text: { body: "x".repeat(4_097) } }],
    ["an empty text", { ...good, type: "text", template: undefined, text: { body: "" } }],
    ["nothing", {}],
    ["a list", [good]],
  ])("refuses %s", (_name, wrong) => {
    expect(findFaults(JSON.stringify(wrong))).not.toEqual([]);
  });
});
