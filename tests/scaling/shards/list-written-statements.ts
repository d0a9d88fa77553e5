import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

/** SQL as it stands in the source: the fixed pieces of one string, in order. */
export type WrittenStatement = { readonly file: string; readonly line: number; readonly pieces: readonly string[] };

/** Test code, and what fills a demo once, is not on any hot path. */
const LEFT_OUT = /\.(test|fixture)\.ts$|\/demo\/|\/generated\//;
/** What holds values or conditions only is found by the statement it is put into. */
const MIN_PIECE = 12;
/** A word that the code replaces before it sends the text (planStatement): a gap like `${…}`. */
const FILLED_IN = /\bVARS\b/;

/** All strings of the server's code in which one of the tables is read or written. */
export function listWrittenStatements(
  roots: readonly string[],
  names: (text: string) => readonly string[],
): readonly WrittenStatement[] {
  return roots.flatMap(listFiles).flatMap((file) => {
    const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true);
    const found: WrittenStatement[] = [];
    const visit = (node: ts.Node): void => {
      const pieces = piecesOf(node)?.flatMap((piece) => piece.split(FILLED_IN)) ?? null;
      if (pieces !== null && names(pieces.join(" $0 ")).length > 0) {
        const line = source.getLineAndCharacterOfPosition(node.getStart()).line + 1;
        found.push({ file, line, pieces });
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
    return found;
  });
}

function piecesOf(node: ts.Node): readonly string[] | null {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return [node.text];
  if (!ts.isTemplateExpression(node)) return null;
  return [node.head.text, ...node.templateSpans.map((span) => span.literal.text)];
}

function listFiles(root: string): string[] {
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .map((name) => join(root, name))
    .filter((file) => file.endsWith(".ts") && !LEFT_OUT.test(file));
}

/** Whether one of the texts was made from it. */
export function wasRun(written: WrittenStatement, texts: readonly string[]): boolean {
  const pieces = written.pieces.map(plain).filter((piece) => piece.length >= MIN_PIECE);
  return texts.some((text) => {
    let from = 0;
    return pieces.every((piece) => {
      const at = text.indexOf(piece, from);
      from = at + piece.length;
      return at >= 0;
    });
  });
}

export function plain(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
