import { measureSms } from "@/lib/domain/sms/segments";

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

export type PlainSuggestion = {
  readonly text: string;
  /** What would be replaced, in order of appearance; `to` may be empty (an invisible sign). */
  readonly replaced: readonly { readonly from: string; readonly to: string }[];
  readonly segmentsBefore: number;
  readonly segmentsAfter: number;
};

/** A text that says the same for fewer segments, or null when nothing is gained. */
export function suggestPlainCharacters(text: string): PlainSuggestion | null {
  const before = measureSms(text);
  if (before.encoding === "gsm7") return null;
  const replaced = new Map<string, string>();
  let plain = "";
  for (const char of text) {
    const to = PLAIN.get(char);
    if (to !== undefined && char !== to) replaced.set(char, to);
    plain += to ?? char;
  }
  if (replaced.size === 0) return null;
  const after = measureSms(plain);
  if (after.segments >= before.segments) return null;
  return {
    text: plain,
    replaced: [...replaced].map(([from, to]) => ({ from, to })),
    segmentsBefore: before.segments,
    segmentsAfter: after.segments,
  };
}

function pairs(signs: string, to: string): [string, string][] {
  return [...signs].map((sign) => [sign, to]);
}
