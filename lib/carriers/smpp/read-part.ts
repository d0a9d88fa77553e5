import type { MessageField, Pdu } from "smpp";
import type { MessagePart } from "@/lib/carriers/connector";

/** The elements of a user data header, as the package cut them. */
export function headerOf(field: MessageField | undefined): readonly Buffer[] {
  return field !== undefined && typeof field === "object" && !Buffer.isBuffer(field) ? (field.udh ?? []) : [];
}

/**
 * Concatenation: element 00 with an 8-bit reference or 08 with a 16-bit one (TS 23.040, 9.2.3.24), or the sar_* TLVs (SMPP 3.4, 5.3.2.22
 * to 24). Null: a message of one part, or numbers that make no sense.
 */
export function readPart(pdu: Pdu): MessagePart | null {
  for (const element of [...headerOf(pdu.short_message), ...headerOf(pdu.message_payload)]) {
    const [type, length, a = 0, b = 0, c = 0, d = 0] = element;
    if (type === 0x00 && length === 3) return sane({ width: "8", reference: a, total: b, sequence: c });
    if (type === 0x08 && length === 4) return sane({ width: "16", reference: a * 256 + b, total: c, sequence: d });
  }
  const { sar_msg_ref_num: reference, sar_total_segments: total, sar_segment_seqnum: sequence } = pdu;
  if (reference === undefined || total === undefined || sequence === undefined) return null;
  return sane({ width: "sar", reference, total, sequence });
}

function sane(part: MessagePart): MessagePart | null {
  const { total, sequence } = part;
  return total >= 2 && total <= 255 && sequence >= 1 && sequence <= total ? part : null;
}
