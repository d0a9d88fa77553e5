import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { safeReturnPath } from "./return-path";

const ORIGIN = "https://kamurj.example";

describe("safeReturnPath", () => {
  it("keeps a path of our own with its query", () => {
    expect(safeReturnPath("/messages?q=%2B374")).toBe("/messages?q=%2B374");
  });

  it("takes only the path of a whole address", () => {
    expect(safeReturnPath("https://evil.example/campaigns?x=1")).toBe("/campaigns?x=1");
  });

  it.each([
    undefined,
    "",
    "campaigns",
    "//evil.example",
    "/\\evil.example",
    "/\t/evil.example",
    "javascript:alert(1)",
    "/sign-in",
    "/api/auth/signout",
  ])("answers %j with the overview", (wanted) => {
    expect(safeReturnPath(wanted)).toBe("/");
  });

  it("never leaves our origin, whatever it is given", () => {
    const hostile = fc.oneof(
      fc.string(),
      fc.webUrl(),
      fc
        .array(fc.constantFrom("/", "\\", "\t", "\n", "@", ":", "evil.example", "https", ".", "?", "#"))
        .map((p) => p.join("")),
    );
    fc.assert(
      fc.property(hostile, (wanted) => {
        expect(new URL(safeReturnPath(wanted), ORIGIN).origin).toBe(ORIGIN);
      }),
    );
  });
});
