import fc from "fast-check";
import { expect, test } from "vitest";
import type { ApprovedShape } from "@/lib/domain/template/approval";
import { componentsOf, readShape } from "./template-components";

const label = fc.string({ minLength: 1, maxLength: 25 });
const button = fc.oneof(
  label.map((text) => ({ kind: "reply" as const, label: text, url: null })),
  fc.tuple(label, fc.webUrl()).map(([text, url]) => ({ kind: "url" as const, label: text, url })),
);
const shape: fc.Arbitrary<ApprovedShape> = fc.record({
  header: fc.constantFrom(null, "text", "image", "video", "document", "location"),
  body: fc.string({ minLength: 1, maxLength: 1_024 }).filter((text) => !text.includes("\0")),
  footer: fc.option(label),
  buttons: fc.array(button, { maxLength: 10 }),
});

test("what is told as Meta's components is read back as it was", () => {
  const clean = ({ footer, buttons, ...rest }: ApprovedShape): ApprovedShape => ({
    ...rest,
    footer: footer?.replaceAll("\0", "") ?? null,
    buttons: buttons.map((one) => ({ ...one, label: one.label.replaceAll("\0", "") })),
  });
  fc.assert(
    fc.property(shape, (one) => {
      expect(readShape(componentsOf(one))).toEqual(clean(one));
    }),
  );
});

test("components of no known shape are left out, not thrown about", () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue()), (components) => {
      expect(readShape(components).buttons.every(({ label: text }) => typeof text === "string")).toBe(true);
    }),
  );
});
