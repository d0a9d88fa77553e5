import { analyse } from "chardet";
import iconv from "iconv-lite";
import { AppError } from "../app-error";

export type DecodedFile = {
  /** Without byte order mark; well-formed (no lone surrogates) and without NUL, which databases refuse. */
  text: string;
  encoding: string;
};

/** Beginnings of what people upload by mistake: zip (xlsx, ods), old Office, PDF. */
const FOREIGN_FORMATS = [
  [0x50, 0x4b, 0x03, 0x04],
  [0xd0, 0xcf, 0x11, 0xe0],
  [0x25, 0x50, 0x44, 0x46],
] as const;

const SAMPLE_BYTES = 64 * 1024;

/**
 * Turns an uploaded file into text: UTF-8 and UTF-16 (either order) with or without byte order mark,
 * Windows-1251, and Windows-1252 for western names.
 *
 * Strict UTF-8 is believed first, since no other encoding passes it by chance. A file that is UTF-8 but
 * for a few broken bytes (cut short, or glued together) stays UTF-8 and shows U+FFFD there.
 *
 * @throws AppError `invalid_input` for a spreadsheet or another file that is no text
 */
export function decodeContactsFile(bytes: Uint8Array): DecodedFile {
  if (FOREIGN_FORMATS.some((magic) => magic.every((byte, i) => bytes[i] === byte))) throw notText();
  const encoding = detectEncoding(bytes);
  const text = decodeAs(bytes, encoding);
  if (countNul(text.slice(0, SAMPLE_BYTES)) > 8) throw notText();
  return { text: text.replaceAll("\0", ""), encoding };
}

function notText(): AppError {
  return new AppError("invalid_input", "The file is not a text file. Save the sheet as CSV and upload that.", {
    messageKey: "contactsFile.notText",
  });
}

type Encoding = "utf-8" | "utf-16le" | "utf-16be" | "windows-1251" | "windows-1252";

function decodeAs(bytes: Uint8Array, encoding: Encoding): string {
  if (encoding.startsWith("windows")) return iconv.decode(Buffer.from(bytes), encoding);
  return new TextDecoder(encoding).decode(bytes);
}

function detectEncoding(bytes: Uint8Array): Encoding {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  // Before UTF-8: Latin text in UTF-16 is valid UTF-8 full of NULs.
  const utf16 = detectUtf16(bytes.subarray(0, SAMPLE_BYTES));
  if (utf16 !== null) return utf16;
  if (isUtf8(bytes)) return "utf-8";
  return isCyrillic(bytes) ? "windows-1251" : "windows-1252";
}

/** Digits and delimiters, which every contacts file has, leave a zero in the high byte of each unit. */
function detectUtf16(sample: Uint8Array): "utf-16le" | "utf-16be" | null {
  let even = 0;
  let odd = 0;
  for (let i = 0; i < sample.length; i++) {
    if (sample[i] !== 0) continue;
    if (i % 2 === 0) even++;
    else odd++;
  }
  const enough = sample.length / 20;
  if (odd > enough && even < odd / 10) return "utf-16le";
  return even > enough && odd < even / 10 ? "utf-16be" : null;
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return true;
  } catch {
    const text = new TextDecoder("utf-8").decode(bytes);
    const broken = text.match(/\ufffd/g)?.length ?? 0;
    const sound = text.match(/[^\p{ASCII}\ufffd]/gu)?.length ?? 0;
    return broken * 20 < sound;
  }
}

/**
 * Cyrillic words are runs of high bytes; western ones have single high bytes among Latin letters.
 * Where that does not tell, chardet is asked.
 */
function isCyrillic(bytes: Uint8Array): boolean {
  const sample = bytes.subarray(0, SAMPLE_BYTES);
  let inRun = 0;
  let alone = 0;
  for (let i = 0; i < sample.length; i++) {
    if (!isHighLetter(sample[i])) continue;
    if (isHighLetter(sample[i - 1]) || isHighLetter(sample[i + 1])) inRun++;
    else alone++;
  }
  if (inRun !== alone) return inRun > alone;
  return analyse(sample)[0]?.name.startsWith("windows-1252") !== true;
}

function isHighLetter(byte: number | undefined): boolean {
  return byte !== undefined && (byte >= 0xc0 || byte === 0xa8 || byte === 0xb8);
}

function countNul(text: string): number {
  return text.split("\0").length - 1;
}
