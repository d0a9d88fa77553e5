import { expect, test } from "vitest";
import type { SendRequest } from "@/lib/carriers/connector";
import { buildWhatsAppMessage, type WhatsAppContent } from "./build-message";

const content: WhatsAppContent = {
  channel: "whatsapp",
  templateName: "sale",
  language: "en-US",
  imageUrl: null,
  bodyParameters: [],
  buttons: [],
  freeText: null,
};
const build = (changes: Partial<WhatsAppContent>): Record<string, unknown> => {
  const full = { ...content, ...changes };
  const request: SendRequest = { reference: "ref", to: "+37499000111", category: "utility", content: full };
  return buildWhatsAppMessage(request, full);
};

test("the envelope keeps the plus sign and carries our reference", () => {
  expect(build({})).toEqual({
    messaging_product: "whatsapp",
    recipient_type: "individual",
    to: "+37499000111",
    biz_opaque_callback_data: "ref",
    type: "template",
    template: { name: "sale", language: { code: "en_US", policy: "deterministic" } },
  });
});

test("named variables are sent by name, numbered ones by place", () => {
  const bodyParameters = [
    { name: "first_name", value: "Ani" },
    { name: "2", value: "B" },
  ];
  expect(build({ bodyParameters }).template).toMatchObject({
    components: [
      {
        type: "body",
        parameters: [
          { type: "text", parameter_name: "first_name", text: "Ani" },
          { type: "text", text: "B" },
        ],
      },
    ],
  });
});

test("buttons keep their index; a fixed link takes no parameter, a variable one its end", () => {
  const link = { kind: "url", label: "Open", url: "https://example.com/a" } as const;
  const buttons = [link, { kind: "reply", label: "Stop" } as const, link];
  expect(build({ buttons, urlSuffixes: [null, null, "order/7"] }).template).toMatchObject({
    components: [
      { type: "button", sub_type: "quick_reply", index: "1", parameters: [{ type: "payload", payload: "Stop" }] },
      { type: "button", sub_type: "url", index: "2", parameters: [{ type: "text", text: "order/7" }] },
    ],
  });
});

test("free text with a picture is its caption, with a link or replies it has buttons of its own", () => {
  const image = { link: "https://example.com/a.png" };
  const free = { freeText: "Ready", imageUrl: image.link };
  expect(build({ freeText: "Ready" })).toMatchObject({ type: "text", text: { body: "Ready" } });
  expect(build(free)).toMatchObject({ type: "image", image: { ...image, caption: "Ready" } });
  const link = { kind: "url", label: "Open", url: "https://example.com/x" } as const;
  const reply = { kind: "reply", label: "Call me" } as const;
  expect(build({ ...free, buttons: [reply, link] }).interactive).toEqual({
    ...{ type: "cta_url", header: { type: "image", image }, body: { text: "Ready" } },
    action: { name: "cta_url", parameters: { display_text: "Open", url: link.url } },
  });
  expect(build({ freeText: "Ready", buttons: [reply] }).interactive).toEqual({
    ...{ type: "button", body: { text: "Ready" } },
    action: { buttons: [{ type: "reply", reply: { id: "Call me", title: "Call me" } }] },
  });
});
