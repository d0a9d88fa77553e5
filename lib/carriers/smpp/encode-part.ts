import { encodeGsm7Packed, encodeGsm7Unpacked } from "@/lib/domain/sms/gsm7";
import { encodeSmart } from "@/lib/domain/sms/plain-characters";
import { measureSms } from "@/lib/domain/sms/segments";

/** How a carrier's line wants texts of the GSM alphabet; all others go as UCS-2. */
export type SmppAlphabet =
  /** data_coding 0, one septet an octet: what nearly all lines mean by their default alphabet. */
  | "gsm7"
  /** data_coding 0, eight septets in seven octets. */
  | "gsm7_packed"
  /** data_coding 3; the line turns it into GSM-7. Signs that Latin-1 lacks (€, Greek) make the text UCS-2. */
  | "latin1"
  /** data_coding 8 for every text. */
  | "ucs2";

/** How a text longer than one message travels. */
export type LongMessages =
  /** Parts with a header: 05 00 03 and an 8-bit reference, or 06 08 04 and a 16-bit one. */
  | "udh8"
  | "udh16"
  /** Whole, in the TLV message_payload: the carrier cuts it, and gives one id and one receipt. */
  | "payload";

export type TextEncoding = {
  readonly alphabet: SmppAlphabet;
  readonly longMessages: LongMessages;
  /** Typographic signs go out as plain ones where that saves segments; never letters. */
  readonly smartEncoding: boolean;
};

export type EncodedText = {
  /** data_coding of SMPP 3.4, 5.2.19: 0 the carrier's default alphabet, 3 Latin-1, 8 UCS-2. */
  readonly dataCoding: 0x00 | 0x03 | 0x08;
  /** What goes on the wire, one submit_sm each: text without its header. */
  readonly parts: readonly Buffer[];
  /** Messages that the carrier makes of it and bills. More than `parts` only where the carrier cuts. */
  readonly segments: number;
};

/**
 * A text as the line wants it.
 *
 * @returns no parts for an empty text
 */
export function encodeText(text: string, encoding: TextEncoding): EncodedText {
  const chosen = encoding.smartEncoding ? encodeSmart(text) : text;
  const isUnicodeOnly = encoding.alphabet === "ucs2" || (encoding.alphabet === "latin1" && !isLatin1(chosen));
  const headerOctets = encoding.longMessages === "udh16" ? 7 : 6;
  const measured = measureSms(chosen, { headerOctets, isUnicodeOnly });
  const isWhole = encoding.longMessages === "payload" || measured.parts.length === 1;
  const texts = measured.parts.length === 0 ? [] : isWhole ? [chosen] : measured.parts;
  const write = measured.encoding === "ucs2" ? writeUcs2 : WRITERS[encoding.alphabet];
  const fillBits = isWhole || headerOctets === 7 ? 0 : 1;
  return {
    dataCoding: measured.encoding === "ucs2" ? 0x08 : encoding.alphabet === "latin1" ? 0x03 : 0x00,
    parts: texts.map((part) => write(part, fillBits)),
    segments: measured.segments,
  };
}

/** Of what is in the GSM alphabet, all that Latin-1 has too. */
function isLatin1(text: string): boolean {
  return !/[^\u0000-\u00ff]/.test(text);
}

/** UTF-16 big endian, which is what carriers mean by UCS-2. */
function writeUcs2(text: string): Buffer {
  return Buffer.from(text, "utf16le").swap16();
}

const WRITERS = {
  gsm7: (text) => Buffer.from(encodeGsm7Unpacked(text)),
  gsm7_packed: (text, fillBits) => Buffer.from(encodeGsm7Packed(text, fillBits)),
  latin1: (text) => Buffer.from(text, "latin1"),
  ucs2: writeUcs2,
} as const satisfies Record<SmppAlphabet, (text: string, fillBits: number) => Buffer>;

/** 05 00 03 ref total seq, or 06 08 04 refHi refLo total seq (3GPP TS 23.040, 9.2.3.24.1 and 9.2.3.24.8). */
export function concatenationHeader(
  width: "udh8" | "udh16",
  reference: number,
  total: number,
  sequence: number,
): Buffer {
  if (width === "udh8") return Buffer.from([0x05, 0x00, 0x03, reference & 0xff, total, sequence]);
  return Buffer.from([0x06, 0x08, 0x04, (reference >> 8) & 0xff, reference & 0xff, total, sequence]);
}
