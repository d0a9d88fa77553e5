import { concatenationHeader, type EncodedText } from "./encode-part";

export type SubmitPart = {
  readonly sourceAddr: string;
  /** Type of number and numbering plan (SMPP 3.4, 5.2.5 and 5.2.6); null: by the look of the sender. */
  readonly sourceTon: number | null;
  readonly sourceNpi: number | null;
  readonly destinationTon: number;
  readonly destinationNpi: number;
  /** E.164 with the plus sign. */
  readonly to: string;
  readonly payload: Buffer;
  /** More than one message holds, whole: it goes into the TLV, where a line expects such a one. */
  readonly isCutByCarrier: boolean;
  readonly dataCoding: EncodedText["dataCoding"];
  readonly validitySeconds: number | null;
  readonly part: {
    readonly width: "udh8" | "udh16";
    readonly reference: number;
    readonly total: number;
    readonly sequence: number;
  } | null;
};

const ton = { unknown: 0, international: 1, alphanumeric: 5 } as const;
const npi = { unknown: 0, isdn: 1 } as const;
const udhIndicator = 0x40;
const finalReceiptWanted = 0x01;
const maxValiditySeconds = 30 * 86_400;

/** Fields of one submit_sm. Everything a carrier could default otherwise is said. */
export function buildSubmit(submit: SubmitPart): Record<string, unknown> {
  const { part } = submit;
  const source = sourceFields(submit.sourceAddr);
  return {
    ...source,
    source_addr_ton: submit.sourceTon ?? source.source_addr_ton,
    source_addr_npi: submit.sourceNpi ?? source.source_addr_npi,
    dest_addr_ton: submit.destinationTon,
    dest_addr_npi: submit.destinationNpi,
    destination_addr: submit.to.replace(/^\+/, ""),
    esm_class: part === null ? 0 : udhIndicator,
    registered_delivery: finalReceiptWanted,
    data_coding: submit.dataCoding,
    ...(submit.validitySeconds === null ? {} : { validity_period: relativeTime(submit.validitySeconds) }),
    ...messageFields(submit),
  };
}

/** short_message is left empty where message_payload is used (SMPP 3.4, 5.3.2.32). */
function messageFields({ part, payload, isCutByCarrier }: SubmitPart): Record<string, unknown> {
  if (isCutByCarrier) return { short_message: Buffer.alloc(0), message_payload: payload };
  if (part === null) return { short_message: payload };
  const header = concatenationHeader(part.width, part.reference, part.total, part.sequence);
  return { short_message: Buffer.concat([header, payload]) };
}

type Source = { readonly source_addr_ton: number; readonly source_addr_npi: number; readonly source_addr: string };

/** Letters make an alphanumeric sender; up to six digits are a short code, which belongs to no numbering plan. */
function sourceFields(sourceAddr: string): Source {
  const digits = sourceAddr.replace(/^\+/, "");
  if (!/^\d+$/.test(digits)) {
    return { source_addr_ton: ton.alphanumeric, source_addr_npi: npi.unknown, source_addr: sourceAddr.slice(0, 11) };
  }
  if (digits.length <= 6) {
    return { source_addr_ton: ton.unknown, source_addr_npi: npi.unknown, source_addr: digits };
  }
  return { source_addr_ton: ton.international, source_addr_npi: npi.isdn, source_addr: digits };
}

/** Relative time of SMPP 3.4, 7.1.1: YYMMDDhhmmss000R, here in days and below. */
export function relativeTime(seconds: number): string {
  const total = Math.min(maxValiditySeconds, Math.max(1, Math.round(seconds)));
  const two = (value: number): string => String(Math.floor(value)).padStart(2, "0");
  const [days, hours, minutes] = [total / 86_400, (total / 3_600) % 24, (total / 60) % 60];
  return `0000${two(days)}${two(hours)}${two(minutes)}${two(total % 60)}000R`;
}
