import type { MessageField, Pdu } from "smpp";
import type { CarrierReceipt, InboundMessage } from "@/lib/carriers/connector";
import type { ReceiptIdFormat } from "./message-id";
import { readPart } from "./read-part";
import { parseSmppReceipt } from "./parse-receipt";

export type Delivered =
  | { readonly kind: "receipt"; readonly receipt: CarrierReceipt }
  | { readonly kind: "inbound"; readonly message: InboundMessage }
  | { readonly kind: "unreadable" };

/** Bits 5–2 of esm_class: 0x04 final receipt, 0x20 intermediate notification (SMPP 3.4, 5.2.12). */
const messageTypeMask = 0x3c;
const finalReceipt = 0x04;
const intermediate = 0x20;

/** Some carriers leave esm_class at 0 on receipts; the TLV, or the text of appendix B, gives them away. */
const looksLikeReceipt = /^\s*id:\S+\s.*\bstat:[A-Za-z]{7}\b/is;

export function readDeliver(pdu: Pdu, format: ReceiptIdFormat, utcOffsetMinutes: number): Delivered {
  const text = textOf(pdu.short_message) || textOf(pdu.message_payload);
  const type = (pdu.esm_class ?? 0) & messageTypeMask;
  const marked = type === finalReceipt || type === intermediate || pdu.receipted_message_id !== undefined;
  if (marked || looksLikeReceipt.test(text)) {
    const fields = {
      text,
      receiptedMessageId: pdu.receipted_message_id ?? null,
      messageState: pdu.message_state ?? null,
      networkErrorCode: Buffer.isBuffer(pdu.network_error_code) ? pdu.network_error_code : null,
    };
    const receipt = parseSmppReceipt(fields, format, utcOffsetMinutes);
    return receipt === null ? { kind: "unreadable" } : { kind: "receipt", receipt };
  }
  const from = (pdu.source_addr ?? "").trim();
  if (from === "") return { kind: "unreadable" };
  const part = readPart(pdu);
  const to = (pdu.destination_addr ?? "").trim();
  return { kind: "inbound", message: { ...inbound(from, text), to, ...(part !== null && { part }) } };
}

/** SMPP gives inbound messages no id and no time. */
function inbound(from: string, text: string): InboundMessage {
  return { from: /^\d{7,15}$/.test(from) ? `+${from}` : from, text, carrierId: "", carrierTimeMs: null };
}

/** The package decodes by data_coding; binary ones stay octets and are read as Latin-1, which loses none. */
function textOf(field: MessageField | undefined): string {
  if (field === undefined || field === null) return "";
  if (typeof field === "string") return field;
  if (Buffer.isBuffer(field)) return field.toString("latin1");
  return field.message === undefined ? "" : textOf(field.message);
}
