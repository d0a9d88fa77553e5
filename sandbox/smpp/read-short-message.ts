import type { MessageField, Pdu } from "smpp";

export type ShortMessage = {
  readonly text: string;
  readonly part: { readonly reference: number; readonly total: number; readonly sequence: number } | null;
  readonly isTooLong: boolean;
};

const ucs2 = 0x08;
/** What one message holds (TS 23.040): 140 octets, or 160 characters of the 7-bit alphabet. */
const maxOctets = 140;
const maxSeptets = 160;

export function readShortMessage(pdu: Pdu): ShortMessage {
  const field = pdu.short_message;
  const udh = field !== undefined && typeof field === "object" && !Buffer.isBuffer(field) ? (field.udh ?? []) : [];
  const text = textOf(field) || textOf(pdu.message_payload);
  if (pdu.message_payload !== undefined) return { text, part: null, isTooLong: textOf(field) !== "" };
  const headerOctets = udh.length === 0 ? 0 : 1 + udh.reduce((sum, element) => sum + element.length, 0);
  const isTooLong =
    pdu.data_coding === ucs2
      ? headerOctets + text.length * 2 > maxOctets
      : Math.ceil((headerOctets * 8) / 7) + text.length > maxSeptets;
  return { text, part: partOf(udh), isTooLong };
}

function textOf(field: MessageField | undefined): string {
  if (field === undefined) return "";
  if (typeof field === "string") return field;
  if (Buffer.isBuffer(field)) return field.toString("latin1");
  return textOf(field.message);
}

/** Concatenation: element 00 with an 8-bit reference or 08 with a 16-bit one (TS 23.040, 9.2.3.24). */
function partOf(udh: readonly Buffer[]): ShortMessage["part"] {
  for (const element of udh) {
    const [type, length, a = 0, b = 0, c = 0, d = 0] = element;
    if (type === 0x00 && length === 3) return { reference: a, total: b, sequence: c };
    if (type === 0x08 && length === 4) return { reference: a * 256 + b, total: c, sequence: d };
  }
  return null;
}
