import { storableText } from "@/lib/carriers/wire/storable-text";

/** Raw payloads are kept for people to read, not for programs: at most 4 KB of UTF-8. */
const maxRawBytes = 4_096;

/** Cuts on a character's boundary, so that the result is valid UTF-8, and drops NUL, which PostgreSQL's text refuses. */
export function keepRaw(text: string): string {
  const clean = storableText(text);
  if (clean.length * 3 <= maxRawBytes) return clean;
  const bytes = Buffer.from(clean, "utf8");
  if (bytes.length <= maxRawBytes) return clean;
  let end = maxRawBytes;
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.subarray(0, end).toString("utf8");
}

/** What was parsed, written again. Nested deeper than the stack it cannot be written, and is not worth losing a receipt for. */
export function keepRawJson(value: unknown): string {
  try {
    return keepRaw(JSON.stringify(value));
  } catch {
    return "";
  }
}
