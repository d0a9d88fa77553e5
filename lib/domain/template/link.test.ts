import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { renderForChannel } from "./render";
import { fillLink, fixedPartOf, hasVariableEnd, withEnd } from "./link";
import { fullTemplate } from "./template.fixture";
import { usedVariables } from "./used-variables";

const LINK = "https://shop.example/orders/{{order}}";

describe("a link that ends in a variable", () => {
  it.each([
    [LINK, "https://shop.example/orders/"],
    ["https://shop.example/{{order|none}}", "https://shop.example/"],
    ["https://shop.example/?n={{order}}", "https://shop.example/?n="],
  ])("%s has a fixed part", (url, fixed) => {
    expect(fixedPartOf(url)).toBe(fixed);
    expect(hasVariableEnd(url)).toBe(true);
  });

  it.each([
    "https://shop.example/orders",
    "https://{{site}}",
    "https://shop.example{{order}}",
    "https://shop.example?{{order}}",
    "https://shop.example/{{a}}/{{b}}",
    "https://shop.example/{{not a name}}",
    "https://shop.example/{{{a}}}",
    "javascript:alert(1)//{{a}}",
    "{{a}}",
  ])("%s has none", (url) => {
    expect(fixedPartOf(url)).toBeNull();
  });

  it("never leads to another site, nor ends before its end, whatever the value is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (order) => {
        const { url, suffix } = fillLink(LINK, { order });
        expect(url).toBe(`https://shop.example/orders/${suffix}`);
        expect(url).toMatch(/^[\x21-\x7e]+$/);
        expect(new URL(url).host).toBe("shop.example");
      }),
    );
  });

  it("takes the spare value, says what is missing, and reads a value once", () => {
    expect(fillLink("https://a.example/{{n|all}}", {})).toEqual({
      url: "https://a.example/all",
      suffix: "all",
      missing: [],
    });
    expect(fillLink(LINK, {}).missing).toEqual(["order"]);
    expect(fillLink("https://a.example/{{order|}}", { order: " " }).missing).toEqual(["order"]);
    expect(fillLink(LINK, { order: "{{x}}$&" }).suffix).toBe("%7B%7Bx%7D%7D$&");
    expect(withEnd(LINK, "$&{{1}}")).toBe("https://shop.example/orders/$&{{1}}");
    expect(fillLink("https://a.example/x", { order: "1" })).toEqual({
      url: "https://a.example/x",
      suffix: null,
      missing: [],
    });
  });

  it("goes to WhatsApp as its end alone, to Viber and SMS as a whole", () => {
    const button = { kind: "url", label: "Track", url: LINK } as const;
    const content = {
      ...fullTemplate,
      whatsapp: { ...fullTemplate.whatsapp, buttons: [{ kind: "reply", label: "Thanks" } as const, button] },
      viber: { ...fullTemplate.viber, button },
    };
    const values = { city: "Van", order: "A 7" };
    const options = { ttlSeconds: 60, validitySeconds: null };
    expect(usedVariables(content)).toEqual(["first_name", "city", "order"]);
    expect(renderForChannel(content, "whatsapp", values, options).content).toMatchObject({
      urlSuffixes: [null, "A%207"],
    });
    expect(renderForChannel(content, "viber", values, options).content).toMatchObject({
      button: { url: "https://shop.example/orders/A%207" },
    });
    expect(renderForChannel(content, "sms", values, options).text).toMatch(/ https:\/\/shop\.example\/orders\/A%207$/);
    for (const channel of ["whatsapp", "viber", "sms"] as const) {
      expect(renderForChannel(content, channel, { city: "Van" }, options).missing).toEqual(["order"]);
    }
  });
});
