import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SendRequest } from "@/lib/carriers/connector";
import { splitSms } from "../sms/segments";
import { CHANNELS } from "../vocabulary";
import { deriveSmsText } from "./derive-sms";
import { renderForChannel, type RenderedContent } from "./render";
import { fullTemplate } from "./template.fixture";

const options = { ttlSeconds: 90, validitySeconds: 3600 };
const values = { first_name: "Անի", city: "Գյումրի" };

describe("SMS text of a template", () => {
  it("is the body and the first link, while nobody edited it", () => {
    expect(deriveSmsText(fullTemplate)).toBe(`${fullTemplate.body} https://example.am/x`);
  });

  it("falls back to Viber's link, drops the link when unwanted, and never repeats it", () => {
    const noWhatsAppLink = { ...fullTemplate, whatsapp: { ...fullTemplate.whatsapp, buttons: [] } };
    expect(deriveSmsText(noWhatsAppLink)).toBe(`${fullTemplate.body} https://example.am/v`);
    expect(deriveSmsText({ ...fullTemplate, sms: { text: null, keepLink: false } })).toBe(fullTemplate.body);
    const linked = { ...fullTemplate, body: "See https://example.am/x now" };
    expect(deriveSmsText(linked)).toBe("See https://example.am/x now");
  });

  it("is exactly what a person wrote, once edited", () => {
    fc.assert(
      fc.property(fc.string(), fc.boolean(), (text, keepLink) => {
        expect(deriveSmsText({ ...fullTemplate, sms: { text, keepLink } })).toBe(text);
      }),
    );
  });
});

describe("a rendered message", () => {
  it("has the shape that connectors take", () => {
    const contents: readonly RenderedContent[] = CHANNELS.map(
      (channel) => renderForChannel(fullTemplate, channel, values, options).content,
    );
    const requests = contents satisfies readonly SendRequest["content"][];
    expect(requests.map((content) => content.channel)).toEqual([...CHANNELS]);
  });

  it("gives WhatsApp the template's name and its parameters in order", () => {
    const { content, text, segmentInfo } = renderForChannel(fullTemplate, "whatsapp", values, options);
    expect(content).toEqual({
      channel: "whatsapp",
      templateName: "november_sale",
      language: "hy",
      imageUrl: "https://cdn.example/sale.jpg",
      bodyParameters: [
        { name: "first_name", value: "Անի" },
        { name: "city", value: "Գյումրի" },
      ],
      buttons: fullTemplate.whatsapp.buttons,
      urlSuffixes: [null, null],
      freeText: null,
    });
    expect(text).toBe("Անի ջան, այս շաբաթ՝ 20% զեղչ Գյումրի քաղաքում։");
    expect(segmentInfo).toBeNull();
  });

  it("gives WhatsApp no parameter that it refuses for its blanks", () => {
    const blank = fc.string({ unit: fc.constantFrom(..." \n\tab"), maxLength: 40 });
    fc.assert(
      fc.property(blank, (city) => {
        const { content } = renderForChannel(fullTemplate, "whatsapp", { ...values, city }, options);
        for (const { value } of content.bodyParameters) expect(value).not.toMatch(/[\n\t]| {5}/);
      }),
    );
  });

  it("gives Viber the filled text and the wait as its time to live", () => {
    expect(renderForChannel(fullTemplate, "viber", { city: "Վան" }, options).content).toEqual({
      channel: "viber",
      text: "Բարեկամ ջան, այս շաբաթ՝ 20% զեղչ Վան քաղաքում։",
      imageUrl: "https://cdn.example/sale.jpg",
      button: fullTemplate.viber.button,
      ttlSeconds: 90,
    });
  });

  it("counts the segments of the very text that is sent", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (city) => {
        const { content, segmentInfo } = renderForChannel(fullTemplate, "sms", { ...values, city }, options);
        expect(segmentInfo.parts).toEqual(splitSms(content.text));
        expect(segmentInfo.parts.join("")).toBe(content.text);
      }),
    );
  });

  it("keeps a name in decomposed letters within GSM-7", () => {
    const content = { ...fullTemplate, sms: { text: "Hi {{n}}", keepLink: false } };
    const { segmentInfo } = renderForChannel(content, "sms", { n: "José".normalize("NFD") }, options);
    expect(segmentInfo).toMatchObject({ encoding: "gsm7", units: 7 });
  });

  it("says which variables nobody has a value for", () => {
    for (const channel of CHANNELS) {
      expect(renderForChannel(fullTemplate, channel, {}, options).missing).toEqual(["city"]);
    }
  });
});
