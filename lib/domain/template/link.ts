import { fillVariables, findTemplateProblems, listVariables, type VariableValues } from "./variables";

const END = /\{\{[^{}]*\}\}$/;

/**
 * A link is the same for everyone, or ends in one variable (`https://shop.example/orders/{{order}}`): the only place where Meta lets a
 * template's link differ from person to person, and the name of the site is never in a stranger's hand.
 */
export function hasVariableEnd(url: string): boolean {
  return END.test(url);
}

/** What stands before the variable end; null for a link without one, or with anything else in braces. */
export function fixedPartOf(url: string): string | null {
  const end = END.exec(url)?.[0];
  if (end === undefined || listVariables(end).length !== 1 || findTemplateProblems(end).length > 0) return null;
  const fixed = url.slice(0, -end.length);
  // Behind the slash that ends the site's name.
  return /^https?:\/\/[^/?#{}]+\/[^{}]*$/.test(fixed) ? fixed : null;
}

/** The link with another end in the place of its variable one, if it has one. */
export function withEnd(url: string, end: string): string {
  return url.replace(END, () => end);
}

export type FilledLink = {
  readonly url: string;
  /** What took the place of the variable end; null: the link is the same for everyone. */
  readonly suffix: string | null;
  /** Its variable, where nothing came in its place; not even a spare value may be empty (Meta refuses such a parameter). */
  readonly missing: readonly string[];
};

/** The value is written as an address has it: what cannot stand in one is percent-encoded, so that it stays one link in any text. */
export function fillLink(url: string, values: VariableValues): FilledLink {
  const end = END.exec(url)?.[0];
  if (end === undefined) return { url, suffix: null, missing: [] };
  const { text } = fillVariables(end, values);
  const suffix = encodeURI(text.trim().replace(/\p{Surrogate}/gu, ""));
  return { url: withEnd(url, suffix), suffix, missing: suffix === "" ? listVariables(end) : [] };
}
