import iconv from "iconv-lite";
import { AppError } from "@/lib/domain/app-error";
import { decodeContactsFile } from "@/lib/domain/contacts-file/decode-file";
import { ENCODINGS, type ContactsEncoding } from "@/lib/schemas/audiences-imports";

type ForeignFormat = { readonly key: "excel" | "pdf" | "archive" | "picture"; readonly magic: readonly number[] };

/** First bytes of what people upload by mistake; all of it is answered with how to make a CSV. */
const FOREIGN_FORMATS: readonly ForeignFormat[] = [
  { key: "excel", magic: [0xd0, 0xcf, 0x11, 0xe0] },
  { key: "pdf", magic: [0x25, 0x50, 0x44, 0x46] },
  { key: "archive", magic: [0x1f, 0x8b] },
  { key: "archive", magic: [0x52, 0x61, 0x72, 0x21] },
  { key: "archive", magic: [0x37, 0x7a, 0xbc, 0xaf] },
  { key: "picture", magic: [0x89, 0x50, 0x4e, 0x47] },
  { key: "picture", magic: [0xff, 0xd8, 0xff] },
];

const ZIP = [0x50, 0x4b, 0x03, 0x04];
const ZIP_HEAD_BYTES = 8192;

const ENGLISH = {
  excel: "This is an Excel workbook. Save it as CSV and upload that.",
  sheet: "This is a spreadsheet document. Save it as CSV and upload that.",
  pdf: "This is a PDF document. Save the table as CSV and upload that.",
  archive: "This is a packed file. Unpack it and upload the CSV within.",
  picture: "This is a picture. Upload the contacts as a CSV file.",
} as const;

/**
 * Text and encoding of an upload.
 *
 * @throws AppError invalid_input that names what the file is, when it is no text
 */
export function decodeUpload(bytes: Uint8Array): { text: string; encoding: ContactsEncoding } {
  const foreign = nameForeignFormat(bytes);
  if (foreign !== null) {
    throw new AppError("invalid_input", ENGLISH[foreign], { messageKey: `contactsFile.${foreign}` });
  }
  const { text, encoding } = decodeContactsFile(bytes);
  return { text, encoding: ENCODINGS.find((known) => known === encoding) ?? "utf-8" };
}

/** What a file is by its content, whatever its name says; null when nothing is recognised. */
export function nameForeignFormat(bytes: Uint8Array): keyof typeof ENGLISH | null {
  if (startsWith(bytes, ZIP)) {
    const head = Buffer.from(bytes.subarray(0, ZIP_HEAD_BYTES)).toString("latin1");
    if (head.includes("xl/") || head.includes("[Content_Types].xml")) return "excel";
    return head.includes("opendocument") ? "sheet" : "archive";
  }
  return FOREIGN_FORMATS.find(({ magic }) => startsWith(bytes, magic))?.key ?? null;
}

function startsWith(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, index) => bytes[index] === byte);
}

/** The file read in the encoding that a person has chosen. Never throws: what does not fit shows as U+FFFD. */
export function decodeAs(bytes: Uint8Array, encoding: ContactsEncoding): string {
  const text = encoding.startsWith("windows")
    ? iconv.decode(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), encoding)
    : new TextDecoder(encoding).decode(bytes);
  return text.replaceAll("\0", "");
}
