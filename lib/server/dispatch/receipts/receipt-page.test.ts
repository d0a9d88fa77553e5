import fc from "fast-check";
import { expect, it } from "vitest";
import { packPage, unpackPage } from "./receipt-page";

it("gives back every payload, however hostile", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.string({ unit: "binary", maxLength: 200 }), { maxLength: 50 }), async (raws) => {
      // Halves of surrogate pairs are replaced where receipts come in.
      const clean = raws.map((raw) => raw.replace(/\p{Surrogate}/gu, "\ufffd"));
      expect(unpackPage(await packPage(clean))).toEqual(clean);
    }),
  );
});

it("reads a page that was written before pages were compressed", () => {
  expect(unpackPage(Buffer.from('["a", "բ", ""]'))).toEqual(["a", "բ", ""]);
});
