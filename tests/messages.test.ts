import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { parse, TYPE, type MessageFormatElement } from "@formatjs/icu-messageformat-parser";
import { describe, expect, it } from "vitest";
import { LOCALES, type Locale } from "@/lib/domain/vocabulary";

type Tree = { readonly [key: string]: Tree | string };

const ROOT = path.resolve(import.meta.dirname, "../messages");

const namespacesOf = (locale: Locale) =>
  readdirSync(path.join(ROOT, locale))
    .filter((file) => file.endsWith(".json"))
    .map((file) => path.basename(file, ".json"))
    .sort();

function readTexts(locale: Locale, namespace: string): Map<string, string> {
  const texts = new Map<string, string>();
  const walk = (tree: Tree, prefix: string) => {
    for (const [key, value] of Object.entries(tree)) {
      const at = prefix === "" ? key : `${prefix}.${key}`;
      if (typeof value === "string") texts.set(at, value);
      else walk(value, at);
    }
  };
  walk(JSON.parse(readFileSync(path.join(ROOT, locale, `${namespace}.json`), "utf8")) as Tree, "");
  return texts;
}

type Shape = { readonly names: Set<string>; readonly problems: string[] };

/** Names of placeholders and tags, and plurals that lack a form which the language needs. */
function shapeOf(text: string, locale: Locale): Shape {
  const shape: Shape = { names: new Set(), problems: [] };
  const visit = (elements: readonly MessageFormatElement[]) => {
    for (const element of elements) {
      if (element.type === TYPE.literal || element.type === TYPE.pound) continue;
      shape.names.add(element.type === TYPE.tag ? `<${element.value}>` : element.value);
      if (element.type === TYPE.tag) visit(element.children);
      if (element.type !== TYPE.plural && element.type !== TYPE.select) continue;
      if (element.type === TYPE.plural) shape.problems.push(...missingForms(element, locale));
      else shape.names.add(`${element.value}: ${Object.keys(element.options).sort().join("|")}`);
      for (const option of Object.values(element.options)) visit(option.value);
    }
  };
  visit(parse(text));
  return shape;
}

function missingForms(element: Extract<MessageFormatElement, { type: typeof TYPE.plural }>, locale: Locale): string[] {
  const rules = new Intl.PluralRules(locale, { type: element.pluralType ?? "cardinal" });
  return rules
    .resolvedOptions()
    .pluralCategories.filter((form) => !(form in element.options))
    .map((form) => `{${element.value}} has no form "${form}"`);
}

describe("the catalogues", () => {
  it("have the same namespaces in every language", () => {
    const english = namespacesOf("en");
    expect(english.length).toBeGreaterThan(0);
    for (const locale of LOCALES) expect(namespacesOf(locale), locale).toEqual(english);
  });

  describe.each(namespacesOf("en"))("%s", (namespace) => {
    const english = readTexts("en", namespace);

    it.each(LOCALES)("has every key in %s and no other", (locale) => {
      expect([...readTexts(locale, namespace).keys()].sort()).toEqual([...english.keys()].sort());
    });

    it.each(LOCALES)("has no empty text and no exclamation mark in %s", (locale) => {
      const bad = [...readTexts(locale, namespace)].filter(([, text]) => text.trim() === "" || /[!՜]/.test(text));
      expect(bad).toEqual([]);
    });

    it.each(LOCALES)("has ICU texts that parse in %s, with every plural form and the same placeholders", (locale) => {
      const problems: string[] = [];
      for (const [key, text] of readTexts(locale, namespace)) {
        try {
          const shape = shapeOf(text, locale);
          problems.push(...shape.problems.map((problem) => `${key}: ${problem}`));
          const expected = [...shapeOf(english.get(key) ?? "", "en").names].sort();
          const found = [...shape.names].sort();
          if (found.join() !== expected.join()) problems.push(`${key}: {${found.join()}} is not {${expected.join()}}`);
        } catch (error) {
          problems.push(`${key}: ${String(error)}`);
        }
      }
      expect(problems).toEqual([]);
    });
  });
});
