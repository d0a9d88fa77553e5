import { measureSms } from "./segments";

/**
 * Typographic signs that have a plain form in the GSM alphabet with the same meaning to a reader.
 * Never letters: to write «Անի» as "Ani" is a decision of the sender, not of a counter.
 */
const PLAIN: ReadonlyMap<string, string> = new Map([
  ...pairs("“”„‟«»", '"'),
  ...pairs("‘’‚‛‹›´`", "'"),
  ...pairs("–—―‐‑‒−", "-"),
  ...pairs("…", "..."),
  ...pairs("\u00a0\u2002\u2003\u2007\u2009\u200a\u202f\t", " "),
  ...pairs("•·", "-"),
  ...pairs("\u200b\u200c\u200d\u2060\ufeff\u00ad\ufe0e\ufe0f", ""),
]);

export type PlainText = {
  readonly text: string;
  /** What was replaced, once each, in order of appearance; `to` may be empty (an invisible sign). */
  readonly replaced: readonly { readonly from: string; readonly to: string }[];
};

/** Every sign that has a plain form in that form; all else, letters above all, as it was. */
export function toPlainCharacters(text: string): PlainText {
  const replaced = new Map<string, string>();
  let plain = "";
  for (const char of text) {
    const to = PLAIN.get(char);
    if (to !== undefined) replaced.set(char, to);
    plain += to ?? char;
  }
  return { text: plain, replaced: [...replaced].map(([from, to]) => ({ from, to })) };
}

/**
 * Smart encoding, as carriers call it: signs give way to plain ones where that makes the text fit into GSM-7 and so into fewer
 * segments. A text in a national script stays Unicode whatever its signs, so it is left exactly as it was written.
 */
export function encodeSmart(text: string): string {
  const before = measureSms(text);
  if (before.encoding === "gsm7") return text;
  const plain = toPlainCharacters(text).text;
  const after = measureSms(plain);
  return after.encoding === "gsm7" && after.segments > 0 && after.segments <= before.segments ? plain : text;
}

function pairs(signs: string, to: string): [string, string][] {
  return [...signs].map((sign) => [sign, to]);
}
