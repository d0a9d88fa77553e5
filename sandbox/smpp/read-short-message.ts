import type { MessageField, Pdu } from "smpp";
import { headerOf, readPart } from "@/lib/carriers/smpp/read-part";

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
  const udh = headerOf(field);
  const text = textOf(field) || textOf(pdu.message_payload);
  if (pdu.message_payload !== undefined) return { text, part: null, isTooLong: textOf(field) !== "" };
  const headerOctets = udh.length === 0 ? 0 : 1 + udh.reduce((sum, element) => sum + element.length, 0);
  const isTooLong =
    pdu.data_coding === ucs2
      ? headerOctets + text.length * 2 > maxOctets
      : Math.ceil((headerOctets * 8) / 7) + text.length > maxSeptets;
  return { text, part: partOf(pdu), isTooLong };
}

function textOf(field: MessageField | undefined): string {
  if (field === undefined) return "";
  if (typeof field === "string") return field;
  if (Buffer.isBuffer(field)) return field.toString("latin1");
  return textOf(field.message);
}

function partOf(pdu: Pdu): ShortMessage["part"] {
  const part = readPart(pdu);
  return part === null ? null : { reference: part.reference, total: part.total, sequence: part.sequence };
}
