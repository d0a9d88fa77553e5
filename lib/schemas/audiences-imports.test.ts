import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { guessMapping } from "@/lib/domain/contacts-file/guess-mapping";
import {
  audienceName,
  columnMapping,
  findRepeatedTarget,
  isAttributeName,
  isColumnTarget,
  startImportInput,
} from "./audiences-imports";

describe("column targets", () => {
  it.each(["phone", "first_name", "ignore", "attribute:city", "attribute:քաղաք", "attribute:город.2"])(
    "takes %s",
    (target) => {
      expect(isColumnTarget(target)).toBe(true);
    },
  );

  it.each([
    "",
    "Phone",
    "attribute:",
    "attribute:a b",
    "attribute:phone",
    "attribute:__proto__",
    `attribute:${"x".repeat(65)}`,
  ])("refuses %j", (target) => {
    expect(isColumnTarget(target)).toBe(false);
  });

  it("takes everything that is guessed from any header and rows", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "grapheme" }), { maxLength: 20 }), (header) => {
        const mapping = guessMapping(header, [header]);
        expect(mapping.filter((target) => !isColumnTarget(target))).toEqual([]);
        expect(findRepeatedTarget(mapping)).toBeNull();
      }),
    );
  });

  it("lets several columns be the phone or be left out, and anything else one only", () => {
    expect(columnMapping.safeParse(["phone", "phone", "ignore", "ignore", "name"]).success).toBe(true);
    expect(findRepeatedTarget(["phone", "attribute:city", "attribute:city"])).toBe("attribute:city");
    expect(columnMapping.safeParse(["name", "name"]).success).toBe(false);
    expect(columnMapping.safeParse(Array.from({ length: 201 }, () => "ignore")).success).toBe(false);
  });

  it("asks for a phone column before the start", () => {
    const input = {
      importId: "5b0a3fc4-0000-4000-8000-000000000000",
      dialect: { encoding: "utf-8", delimiter: ",", hasHeader: true },
      columns: ["name"],
      defaultCountry: "AM",
      audience: { kind: "new", name: " Spring " },
    };
    expect(startImportInput.safeParse(input).error?.issues[0]?.message).toBe("field.phoneColumn");
    const parsed = startImportInput.parse({ ...input, columns: ["phone"] });
    expect(parsed.audience).toEqual({ kind: "new", name: "Spring" });
  });
});

it.each(["", "   ", "x".repeat(121), "a\0b", "\ud800", "two\nlines"])("refuses %j as a name of an audience", (name) => {
  expect(audienceName.safeParse(name).success).toBe(false);
});

it("keeps names of fixed columns and of prototypes from being attributes", () => {
  expect(["phone", "name", "first_name", "__proto__"].filter(isAttributeName)).toEqual([]);
});
