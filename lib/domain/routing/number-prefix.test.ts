import fc from "fast-check";
import { getCountries, getCountryCallingCode } from "libphonenumber-js/max";
import { describe, expect, it } from "vitest";
import { readNumberPrefix } from "./number-prefix";

describe("readNumberPrefix", () => {
  it("knows every country's code, and takes longer beginnings of its numbers", () => {
    for (const code of getCountries().map((country) => getCountryCallingCode(country))) {
      expect(readNumberPrefix(`+${code}`)).toBe(code);
      expect(readNumberPrefix(`${code}77`)).toBe(`${code}77`);
    }
  });

  it.each([
    ["+374", "374"],
    ["00374 77", "37477"],
    [" +1 (242) ", "1242"],
    ["374-77", "37477"],
    ["＋３７４", "374"],
  ])("reads %j as %s", (text, digits) => {
    expect(readNumberPrefix(text)).toBe(digits);
  });

  it.each(["", "+", "077", "+37", "21", "374a", "++374", "+374,+7", "+3741234567890123", "'; DROP TABLE connection"])(
    "takes no %j",
    (text) => {
      expect(readNumberPrefix(text)).toBeNull();
    },
  );

  it("whatever is written, gives what the database takes, and reads its own answer back", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^\+?[0-9 ()-]{1,20}$/)), (text) => {
        const digits = readNumberPrefix(text);
        if (digits === null) return;
        expect(digits).toMatch(/^[1-9][0-9]{0,14}$/);
        expect(readNumberPrefix(`+${digits}`)).toBe(digits);
      }),
    );
  });
});
