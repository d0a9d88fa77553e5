import { describe, expect, it } from "vitest";
import { localeFromHeader } from "./preferences";

describe("localeFromHeader", () => {
  it.each([
    [null, "en"],
    ["", "en"],
    ["hy-AM,hy;q=0.9,en;q=0.8", "hy"],
    ["de-DE,ru;q=0.7,en;q=0.3", "ru"],
    ["en;q=0.2,ru;q=0.9", "ru"],
    ["hy;q=0,ru;q=0.1", "ru"],
    ["fr,de", "en"],
    [";;,,q=1;q=x", "en"],
  ])("reads %j as %s", (header, locale) => {
    expect(localeFromHeader(header)).toBe(locale);
  });
});
