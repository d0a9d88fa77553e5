import { toPlainCharacters, type PlainText } from "@/lib/domain/sms/plain-characters";
import { measureSms } from "@/lib/domain/sms/segments";

export type PlainSuggestion = PlainText & {
  readonly segmentsBefore: number;
  readonly segmentsAfter: number;
};

/** A text that says the same for fewer segments, or null when nothing is gained. */
export function suggestPlainCharacters(text: string): PlainSuggestion | null {
  const before = measureSms(text);
  if (before.encoding === "gsm7") return null;
  const plain = toPlainCharacters(text);
  if (plain.replaced.length === 0) return null;
  const after = measureSms(plain.text);
  if (after.segments >= before.segments) return null;
  return { ...plain, segmentsBefore: before.segments, segmentsAfter: after.segments };
}
