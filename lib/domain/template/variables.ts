/**
 * Variables of a template's text: `{{first_name}}`, or `{{first_name|friend}}` with a spare value for
 * recipients without one. A name is letters of any script, digits, `_` and `.`, 64 characters at most;
 * blanks inside the braces do not matter. Whatever is not exactly that stays text: `{{{name}}}`,
 * `{{first name}}` and a lone `{{` are sent as written, and {@link findTemplateProblems} points at them.
 */

export const MAX_VARIABLE_NAME_LENGTH = 64;

const NAME = String.raw`[\p{L}\p{M}\p{Nd}_.]{1,${MAX_VARIABLE_NAME_LENGTH}}`;

/** No two neighbours in it can match the same character, so that a hostile text stays linear. */
const PLACEHOLDER = new RegExp(String.raw`(?<!\{)\{\{\s*(${NAME})\s*(?:\|([^{}]*))?\}\}(?!\})`, "gu");

export type VariableValues = Readonly<Record<string, string | null | undefined>>;

export type TemplateProblem = {
  /**
   * - `unclosed`  braces open and never close
   * - `unopened`  braces close that never opened
   * - `bad_name`  braces pair up, but what they hold is no variable
   */
  readonly kind: "unclosed" | "unopened" | "bad_name";
  /** Offset in UTF-16 units. */
  readonly at: number;
  /** The faulty piece, cut to 80 characters. */
  readonly text: string;
};

/** The text as WhatsApp approves it: variables by name alone, since it knows no spare values. */
export function withoutSpareValues(text: string): string {
  return text.replace(PLACEHOLDER, (_whole, name: string) => `{{${name}}}`);
}

/** Distinct names, in order of first appearance. */
export function listVariables(text: string): readonly string[] {
  const names = new Set<string>();
  for (const match of text.matchAll(PLACEHOLDER)) if (match[1] !== undefined) names.add(match[1]);
  return [...names];
}

/**
 * Puts the values in, literally and once: a value that looks like a variable stays as it is, so a
 * contact's name can never pull in another contact field. Control characters of a value are dropped,
 * except line breaks.
 *
 * `missing` lists variables with neither a value nor a spare one (a blank value is none). They leave
 * nothing in the text, and the caller decides whether such a text may go out.
 */
export function fillVariables(text: string, values: VariableValues): { text: string; missing: readonly string[] } {
  const missing = new Set<string>();
  const filled = text.replace(PLACEHOLDER, (_whole, name: string, spare: string | undefined) => {
    const value = cleanValue(valueOf(values, name));
    if (value !== "") return value;
    if (spare === undefined) missing.add(name);
    return cleanValue(spare?.trim() ?? "");
  });
  return { text: filled, missing: [...missing] };
}

/**
 * The value that each distinct variable of the text stands for, in order of first appearance: what a
 * WhatsApp template takes in place of the text. Where one name has several spare values, the first counts.
 */
export function resolveVariables(
  text: string,
  values: VariableValues,
): readonly { readonly name: string; readonly value: string }[] {
  const resolved = new Map<string, string>();
  for (const [, name, spare] of text.matchAll(PLACEHOLDER)) {
    if (name === undefined || resolved.has(name)) continue;
    resolved.set(name, cleanValue(valueOf(values, name)) || cleanValue(spare?.trim() ?? ""));
  }
  return [...resolved].map(([name, value]) => ({ name, value }));
}

/** Braces that a person probably meant as a variable and that are none. In order of appearance. */
export function findTemplateProblems(text: string): readonly TemplateProblem[] {
  const rest = text.replace(PLACEHOLDER, (whole) => " ".repeat(whole.length));
  const problems: TemplateProblem[] = [];
  let openAt: number | null = null;
  for (const brace of rest.matchAll(/\{{2,}|\}{2,}/g)) {
    const end = brace.index + brace[0].length;
    if (brace[0].startsWith("{")) {
      if (openAt !== null) problems.push(problemOf("unclosed", text, openAt, brace.index));
      openAt = brace.index;
    } else if (openAt === null) {
      problems.push(problemOf("unopened", text, brace.index, end));
    } else {
      problems.push(problemOf("bad_name", text, openAt, end));
      openAt = null;
    }
  }
  if (openAt !== null) problems.push(problemOf("unclosed", text, openAt, text.length));
  return problems;
}

function problemOf(kind: TemplateProblem["kind"], text: string, from: number, to: number): TemplateProblem {
  return { kind, at: from, text: text.slice(from, Math.min(to, from + 80)) };
}

/** Own properties only: `{{constructor}}` is a name like any other. */
function valueOf(values: VariableValues, name: string): string {
  return Object.hasOwn(values, name) ? (values[name] ?? "") : "";
}

function cleanValue(value: string): string {
  const clean = value.replace(/[^\P{Cc}\n]/gu, "");
  return clean.trim() === "" ? "" : clean;
}
