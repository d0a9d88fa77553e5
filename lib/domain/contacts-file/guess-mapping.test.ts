import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { listVariables } from "../template/variables";
import { attributeSlug, guessMapping } from "./guess-mapping";

describe("guessMapping", () => {
  it.each([
    ["English", ["First Name", "last_name", "Mobile Phone", "Lang"], ["first_name", "last_name", "phone", "language"]],
    ["camel case", ["firstName", "lastName", "phoneNumber"], ["first_name", "last_name", "phone"]],
    ["Armenian", ["Անուն", "Ազգանուն", "Հեռախոսահամար", "Լեզու"], ["first_name", "last_name", "phone", "language"]],
    ["Russian", ["Имя", "Фамилия", "Номер телефона", "Язык"], ["first_name", "last_name", "phone", "language"]],
    ["a full name", ["Ф.И.О.", "Тел."], ["name", "phone"]],
    ["a name beside a surname", ["Name", "Surname", "Tel"], ["first_name", "last_name", "phone"]],
    [
      "others",
      ["phone", "City", "Քաղաք", "balance, €"],
      ["phone", "attribute:city", "attribute:քաղաք", "attribute:balance"],
    ],
    [
      "twins",
      ["phone", "note", "Note", "name", "NAME"],
      ["phone", "attribute:note", "attribute:note_2", "name", "attribute:name_2"],
    ],
  ])("reads %s headers", (_name, header, mapping) => {
    expect(guessMapping(header, [])).toEqual(mapping);
  });

  it("takes, of several phone columns, the one with numbers", () => {
    const samples = [
      ["", "077149155"],
      ["010", "077149156"],
    ];
    expect(guessMapping(["Телефон", "Мобильный"], samples)).toEqual(["attribute:телефон", "phone"]);
  });

  it("finds the phone by its content when no header says so", () => {
    expect(guessMapping(["kontakt1", "x"], [["A", "+374 77 149155"]])).toEqual(["attribute:kontakt1", "phone"]);
  });

  it("reads a file without header by its content", () => {
    const samples = [
      ["Անի", "Սարգսյան", "+37477169083", "hy", "12.5", ""],
      ["Liam", "Łukasz", "37061220287", "en", "7", ""],
    ];
    expect(guessMapping(null, samples)).toEqual([
      "first_name",
      "last_name",
      "phone",
      "language",
      "attribute:column_5",
      "ignore",
    ]);
    expect(guessMapping(null, [["Ann Lee", "077149155"]])).toEqual(["name", "phone"]);
  });

  it("gives each target and each attribute to one column only, with names that templates accept", () => {
    const header = fc.oneof(
      fc.string({ unit: "grapheme" }),
      fc.constantFrom("phone", "Name", "имя", "note", "column_2", ""),
    );
    fc.assert(
      fc.property(fc.array(header, { maxLength: 12 }), (headers) => {
        const targets = guessMapping(headers, [headers.map(() => "x")]).filter((target) => target !== "ignore");
        expect(new Set(targets).size).toBe(targets.length);
        for (const target of targets) {
          const slug = target.replace("attribute:", "");
          expect(listVariables(`{{${slug}}}`)).toEqual([slug]);
        }
      }),
    );
  });

  it("cuts a long header to a short name", () => {
    expect(attributeSlug("x".repeat(5000)).length).toBeLessThanOrEqual(60);
  });
});
