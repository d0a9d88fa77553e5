import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fillVariables, findTemplateProblems, listVariables, resolveVariables } from "./variables";

const name = fc.string({ unit: fc.constantFrom(..."abzԱնяЁ09_."), minLength: 1, maxLength: 64 });
const plain = fc.string({ unit: fc.constantFrom(..."abc ԱЯ|.\n😀"), maxLength: 30 });
const bracy = fc.string({ unit: fc.constantFrom(..."{}{}|a .\n"), maxLength: 60, size: "max" });

describe("template variables", () => {
  it("are listed once each, in order of first appearance", () => {
    expect(listVariables("{{b}} {{ a }} {{b|x}} {{անուն}} {{имя.2}}")).toEqual(["b", "a", "անուն", "имя.2"]);
  });

  it("are found whatever stands around them", () => {
    fc.assert(
      fc.property(plain, name, plain, (before, variable, after) => {
        expect(listVariables(`${before}{{${variable}}}${after}`)).toEqual([variable]);
      }),
    );
  });

  it("take their values literally: no value is read as a template again", () => {
    fc.assert(
      fc.property(name, bracy, plain, (variable, value, after) => {
        fc.pre(value.trim() !== "");
        expect(fillVariables(`{{${variable}}}${after}`, { a: "WRONG", [variable]: value }).text).toBe(value + after);
      }),
    );
    expect(fillVariables("{{a}} {{b}}", { a: "{{b}} $& $1", b: "x" }).text).toBe("{{b}} $& $1 x");
  });

  it("leave a text without variables as it is", () => {
    fc.assert(
      fc.property(bracy, (text) => {
        fc.pre(listVariables(text).length === 0);
        expect(fillVariables(text, { a: "x" })).toEqual({ text, missing: [] });
      }),
    );
  });

  it("are either filled or reported as missing", () => {
    fc.assert(
      fc.property(fc.array(name, { maxLength: 8 }), fc.dictionary(name, fc.option(plain)), (names, values) => {
        const text = names.map((each) => `{{${each}}}`).join(" ");
        const { missing } = fillVariables(text, values);
        const isMissing = (each: string) => !Object.hasOwn(values, each) || (values[each] ?? "").trim() === "";
        expect(missing).toEqual([...new Set(names)].filter(isMissing));
      }),
    );
  });

  it("use the spare value when there is none, or a blank one", () => {
    expect(fillVariables("Hi {{n| dear friend }}", {})).toEqual({ text: "Hi dear friend", missing: [] });
    expect(fillVariables("Hi {{n|friend}}", { n: "  " })).toEqual({ text: "Hi friend", missing: [] });
    expect(fillVariables("Hi{{n|}}", { n: null })).toEqual({ text: "Hi", missing: [] });
    expect(fillVariables("Hi {{n}}", { n: undefined })).toEqual({ text: "Hi ", missing: ["n"] });
  });

  it("drop control characters of a value, but keep line breaks", () => {
    expect(fillVariables("{{a}}", { a: "x\u0000\r\ny\u001b[31m\u0085z\t" }).text).toBe("x\ny[31mz");
  });

  it("never read inherited properties", () => {
    expect(fillVariables("{{constructor}}{{toString}}", {}).missing).toEqual(["constructor", "toString"]);
  });

  it.each(["{{{a}}}", "{{{a}}", "{{a}}}", "{{a b}}", "{{}}", "{{ }}", "{a}", "{{a", "a}}", "{{a|b{c}}", "{{a-b}}"])(
    "do not include %s, which stays text",
    (text) => {
      expect(fillVariables(text, { a: "x" }).text).toBe(text);
      expect(listVariables(text)).toEqual([]);
    },
  );

  it("have names of 64 characters at most", () => {
    expect(listVariables(`{{${"a".repeat(64)}}}`)).toHaveLength(1);
    expect(listVariables(`{{${"a".repeat(65)}}}`)).toHaveLength(0);
  });

  it("resolve to one value for each name, for carriers that fill the text themselves", () => {
    expect(resolveVariables("{{b|y}} {{a}} {{b}}", { a: "1" })).toEqual([
      { name: "b", value: "y" },
      { name: "a", value: "1" },
    ]);
  });

  it("are cheap to look for in a hostile text", () => {
    for (const piece of ["{{", "{{ ", "{{a|", "}}", "{{a "]) {
      expect(listVariables(piece.repeat(200_000))).toEqual([]);
    }
    expect(listVariables("{{" + " ".repeat(1_000_000))).toEqual([]);
  });
});

describe("template problems", () => {
  it.each([
    ["fine {{a}} {b}", []],
    ["{{a", [{ kind: "unclosed", at: 0, text: "{{a" }]],
    ["x {{a {{b}} y", [{ kind: "unclosed", at: 2, text: "{{a {{b}} y" }]],
    ["a}} b", [{ kind: "unopened", at: 1, text: "}}" }]],
    ["{{first name}}", [{ kind: "bad_name", at: 0, text: "{{first name}}" }]],
    ["{{{a}}}", [{ kind: "bad_name", at: 0, text: "{{{a}}}" }]],
    [
      "{{}} {{",
      [
        { kind: "bad_name", at: 0, text: "{{}}" },
        { kind: "unclosed", at: 5, text: "{{" },
      ],
    ],
  ])("of %j are pointed at", (text, problems) => {
    expect(findTemplateProblems(text)).toEqual(problems);
  });

  it("never come from well-formed variables", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(plain, name), { maxLength: 6 }), (pieces) => {
        const text = pieces.map(([before, variable]) => `${before}{{ ${variable} | spare }}`).join("");
        expect(findTemplateProblems(text)).toEqual([]);
      }),
    );
  });

  it("exist exactly where double braces belong to no variable", () => {
    fc.assert(
      fc.property(bracy, (text) => {
        expect(findTemplateProblems(text).length > 0).toBe(hasLeftover(text));
      }),
    );
  });
});

/** Double braces that belong to no variable. */
function hasLeftover(text: string): boolean {
  const masked = text.replace(/(?<!\{)\{\{\s*[a.]+\s*(?:\|[^{}]*)?\}\}(?!\})/g, "_");
  return /\{\{|\}\}/.test(masked);
}
