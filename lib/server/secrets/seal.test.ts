import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seal, unseal } from "./seal";

const key = randomBytes(32);

describe("seal", () => {
  it("gives back what was sealed, for any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.string(), (plain, associated) => {
        expect(unseal(seal(plain, associated, key), associated, key)).toBe(plain);
      }),
    );
  });

  it("does not open for another row or with another key", () => {
    const sealed = seal("token", "account-a/row-1", key);
    expect(() => unseal(sealed, "account-b/row-1", key)).toThrow();
    expect(() => unseal(sealed, "account-a/row-1", randomBytes(32))).toThrow();
  });

  it("does not open once any one byte was changed", () => {
    const sealed = seal("token", "a", key);
    fc.assert(
      fc.property(fc.nat(sealed.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const altered = Uint8Array.from(sealed);
        altered[at] = (altered[at] ?? 0) ^ flip;
        expect(() => unseal(altered, "a", key)).toThrow();
      }),
    );
  });
});
