import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";

const ROOT = path.resolve(import.meta.dirname, "..");

/** Attributes that a person reads or hears. */
const READ_ATTRIBUTES = new Set([
  "aria-label",
  "aria-description",
  "aria-roledescription",
  "aria-valuetext",
  "placeholder",
  "title",
  "alt",
  "label",
  "summary",
  "description",
]);

/** Names that are the same in every language, and key caps. */
const ALLOWED = new Set([
  "Kamurj",
  "WhatsApp",
  "Viber",
  "SMS",
  "API",
  "CSV",
  "Esc",
  "K",
  "GSM-7",
  "Unicode",
  "https://",
]);

type Finding = { readonly line: number; readonly text: string };

function findHardCodedText(fileName: string, source: string): Finding[] {
  const file = ts.createSourceFile(fileName, source, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX);
  const found: Finding[] = [];
  const check = (node: ts.Node, text: string) => {
    const words = text.trim();
    if (!/\p{L}/u.test(words) || ALLOWED.has(words)) return;
    found.push({ line: file.getLineAndCharacterOfPosition(node.getStart()).line + 1, text: words });
  };
  const visit = (node: ts.Node) => {
    if (ts.isJsxText(node)) check(node, node.text.replace(/&[a-z#0-9]+;/gi, " "));
    if (ts.isJsxExpression(node) && !ts.isJsxAttribute(node.parent)) checkExpression(node.expression, check);
    if (ts.isJsxAttribute(node) && READ_ATTRIBUTES.has(node.name.getText())) {
      const value = node.initializer;
      checkExpression(value && ts.isJsxExpression(value) ? value.expression : value, check);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** Literal text of an expression, through `a ? "b" : "c"`, `a && "b"`, `a ?? "b"` and templates. */
function checkExpression(node: ts.Node | undefined, check: (node: ts.Node, text: string) => void): void {
  if (node === undefined) return;
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) check(node, node.text);
  else if (ts.isTemplateExpression(node)) {
    check(node.head, node.head.text);
    for (const span of node.templateSpans) check(span.literal, span.literal.text);
  } else if (ts.isConditionalExpression(node)) {
    checkExpression(node.whenTrue, check);
    checkExpression(node.whenFalse, check);
  } else if (ts.isBinaryExpression(node)) checkExpression(node.right, check);
  else if (ts.isParenthesizedExpression(node)) checkExpression(node.expression, check);
}

describe("text that people read", () => {
  it("is found where it is hard-coded", () => {
    const source = `export const A = () => <p title="Hello" className="x">Read {on ? "yes" : t("no")} me<br aria-label={\`Go \${n}\`} />{t("ok")}</p>;`;
    expect(findHardCodedText("a.tsx", source).map((finding) => finding.text)).toEqual([
      "Hello",
      "Read",
      "yes",
      "me",
      "Go",
    ]);
  });

  it("comes from the catalogues in every page and component", () => {
    const files = ["app", "components"].flatMap((folder) =>
      readdirSync(path.join(ROOT, folder), { recursive: true, encoding: "utf8" })
        .filter((file) => file.endsWith(".tsx"))
        .map((file) => path.join(folder, file)),
    );
    expect(files.length).toBeGreaterThan(0);
    const findings = files.flatMap((file) =>
      findHardCodedText(file, readFileSync(path.join(ROOT, file), "utf8")).map(
        ({ line, text }) => `${file}:${line} ${JSON.stringify(text)}`,
      ),
    );
    expect(findings).toEqual([]);
  });
});
