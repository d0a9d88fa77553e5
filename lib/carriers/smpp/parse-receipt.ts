import type { CarrierReceipt } from "@/lib/carriers/connector";
import { keepRaw } from "@/lib/carriers/wire/keep-raw";
import { canonicalMessageId, type ReceiptIdFormat } from "./message-id";

/** The parts of a deliver_sm that a receipt can be read from. */
export type ReceiptFields = {
  readonly text: string;
  readonly receiptedMessageId: string | null;
  readonly messageState: number | null;
  /** Three octets: network type, then the error number. */
  readonly networkErrorCode: Uint8Array | null;
};

type State = { readonly name: string; readonly kind: CarrierReceipt["kind"] };

/**
 * message_state 0x0427 by number. SCHEDULED and UNKNOWN say nothing about the handset: the carrier still has it.
 * SKIPPED (9) is of SMPP 5.
 */
const states: readonly State[] = [
  { name: "SCHEDLD", kind: "accepted" },
  { name: "ENROUTE", kind: "sent" },
  { name: "DELIVRD", kind: "delivered" },
  { name: "EXPIRED", kind: "expired" },
  { name: "DELETED", kind: "failed" },
  { name: "UNDELIV", kind: "failed" },
  { name: "ACCEPTD", kind: "sent" },
  { name: "UNKNOWN", kind: "accepted" },
  { name: "REJECTD", kind: "failed" },
  { name: "SKIPPED", kind: "failed" },
];

/** Spellings met in the wild beside the seven-letter ones. */
const aliases: Readonly<Record<string, string>> = {
  DELIVERED: "DELIVRD",
  DELIVRED: "DELIVRD",
  UNDELIVERABLE: "UNDELIV",
  UNDELIVERED: "UNDELIV",
  ACCEPTED: "ACCEPTD",
  REJECTED: "REJECTD",
  EXPIRD: "EXPIRED",
  SCHEDULED: "SCHEDLD",
};

/**
 * Reads a delivery receipt: TLVs where the carrier sends them, else the text of SMPP 3.4 appendix B, with its
 * fields in any order and case. Null when there is no id or no state in it.
 *
 * @param utcOffsetMinutes of the carrier's clock: the text has local time and does not say which
 */
export function parseSmppReceipt(
  fields: ReceiptFields,
  format: ReceiptIdFormat,
  utcOffsetMinutes: number,
): CarrierReceipt | null {
  const id = tlvId(fields.receiptedMessageId) ?? field(fields.text, "id", "[^\\s:]{1,65}");
  const state = states[fields.messageState ?? -1] ?? stateFromText(fields.text);
  if (id === null || state === null) return null;
  const negative = state.kind === "failed" || state.kind === "expired";
  const error = errorCode(fields);
  return {
    reference: null,
    carrierId: canonicalMessageId(id, "receipt", format),
    kind: state.kind,
    code: negative ? (error === null ? state.name : `${state.name}:${error}`) : null,
    carrierTimeMs: parseReceiptDate(field(fields.text, "done\\s*date", "\\d{10,14}"), utcOffsetMinutes),
    raw: keepRaw(describe(fields)),
  };
}

/** The package reads the TLV to the next NUL, which some carriers leave out: cut at the first control character. */
function tlvId(id: string | null): string | null {
  const clean = /^[\x21-\x7e]{1,65}/.exec(id ?? "");
  return clean === null ? null : clean[0];
}

function field(text: string, name: string, value: string): string | null {
  return new RegExp(`(?:^|\\s)${name}\\s*:\\s*(${value})`, "i").exec(text)?.[1] ?? null;
}

function stateFromText(text: string): State | null {
  const word = field(text, "stat", "[A-Za-z]{5,14}")?.toUpperCase();
  if (word === undefined) return null;
  const name = Object.hasOwn(aliases, word) ? aliases[word] : word;
  return states.find((state) => state.name === name) ?? null;
}

/** `err` is three digits by the book and anything in practice ("045", "0A1", "SYS1"). */
function errorCode(fields: ReceiptFields): string | null {
  const text = field(fields.text, "err", "[0-9A-Za-z_-]{1,16}");
  if (text !== null) return text;
  const code = fields.networkErrorCode;
  if (code === null || code.length < 3) return null;
  return String(((code[1] ?? 0) << 8) | (code[2] ?? 0)).padStart(3, "0");
}

/** YYMMDDhhmm, YYMMDDhhmmss, YYYYMMDDhhmm (told by its century) or YYYYMMDDhhmmss. Null where it is no date. */
export function parseReceiptDate(digits: string | null, utcOffsetMinutes: number): number | null {
  if (digits === null || !/^(\d{10}|\d{12}|\d{14})$/.test(digits)) return null;
  const longYear = digits.length === 14 || (digits.length === 12 && /^20\d\d(0[1-9]|1[0-2])/.test(digits));
  const full = (longYear ? digits : `20${digits}`).padEnd(14, "0");
  const part = (from: number, to: number): number => Number(full.slice(from, to));
  const [month, day, hour, minute, second] = [part(4, 6), part(6, 8), part(8, 10), part(10, 12), part(12, 14)];
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60) return null;
  return Date.UTC(part(0, 4), month - 1, day, hour, minute, second) - utcOffsetMinutes * 60_000;
}

function describe(fields: ReceiptFields): string {
  const tlvs = [
    fields.receiptedMessageId === null ? "" : ` receipted_message_id=${fields.receiptedMessageId}`,
    fields.messageState === null ? "" : ` message_state=${fields.messageState}`,
    fields.networkErrorCode === null
      ? ""
      : ` network_error_code=${Buffer.from(fields.networkErrorCode).toString("hex")}`,
  ];
  return (fields.text + tlvs.join("")).trim();
}
