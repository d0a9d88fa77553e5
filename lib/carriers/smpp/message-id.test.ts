import fc from "fast-check";
import { expect, test } from "vitest";
import { canonicalMessageId, type ReceiptIdFormat } from "./message-id";

const number = fc.bigInt({ min: 0n, max: 2n ** 127n });
const zeros = fc.nat({ max: 12 }).map((count) => "0".repeat(count));
const same = (response: string, receipt: string, format: ReceiptIdFormat): void => {
  expect(canonicalMessageId(receipt, "receipt", format)).toBe(canonicalMessageId(response, "response", format));
};

test("hex in the response and decimal in the receipt are one id, whatever case and zeros", () => {
  fc.assert(
    fc.property(number, zeros, zeros, (n, a, b) => {
      same(a + n.toString(16), b + n.toString(), "decimal");
      same(n.toString(16).toUpperCase(), n.toString(), "decimal");
    }),
  );
});

test("hex in both places is one id, whatever case and zeros", () => {
  fc.assert(
    fc.property(number, zeros, zeros, (n, a, b) => {
      same(a + n.toString(16).toUpperCase(), b + n.toString(16), "hex");
    }),
  );
});

test("auto sees hex by its letters and takes digits as decimal", () => {
  fc.assert(
    fc.property(number, zeros, zeros, (n, a, b) => {
      same(a + n.toString(), b + n.toString(), "auto");
      fc.pre(/[a-f]/.test(n.toString(16)));
      same(a + n.toString(16).toUpperCase(), b + n.toString(), "auto");
      same(a + n.toString(16).toUpperCase(), b + n.toString(16), "auto");
    }),
  );
});

test("different numbers never share an id", () => {
  fc.assert(
    fc.property(number, number, fc.constantFrom("hex", "decimal"), (a, b, format) => {
      fc.pre(a !== b);
      const response = canonicalMessageId(a.toString(16), "response", format);
      const receipt = format === "hex" ? b.toString(16) : b.toString();
      expect(canonicalMessageId(receipt, "receipt", format)).not.toBe(response);
    }),
  );
});

test("ids that are no number are kept, but for case and blanks", () => {
  const id = " 5F0C2A1E-77AB-4D1C-9C6E-0A6B3C1D2E3F ";
  expect(canonicalMessageId(id, "response", "auto")).toBe("5f0c2a1e-77ab-4d1c-9c6e-0a6b3c1d2e3f");
  expect(canonicalMessageId("SMSC1-00042", "receipt", "decimal")).toBe("smsc1-00042");
});

test("any text is an id, twice normalised is once normalised in auto", () => {
  fc.assert(
    fc.property(fc.string(), fc.constantFrom("response", "receipt"), (id, side) => {
      const once = canonicalMessageId(id, side, "auto");
      expect(canonicalMessageId(once, side, "auto")).toBe(once);
    }),
  );
});
