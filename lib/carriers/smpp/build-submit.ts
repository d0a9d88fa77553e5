import type { measureSms } from "@/lib/domain/sms/segments";
import { concatenationHeader, dataCoding, encodePart } from "./encode-part";

export type SubmitPart = {
  readonly sourceAddr: string;
  /** E.164 with the plus sign. */
  readonly to: string;
  readonly text: string;
  readonly encoding: ReturnType<typeof measureSms>["encoding"];
  readonly validitySeconds: number | null;
  readonly part: { readonly reference: number; readonly total: number; readonly sequence: number } | null;
};

const ton = { unknown: 0, international: 1, alphanumeric: 5 } as const;
const npi = { unknown: 0, isdn: 1 } as const;
const udhIndicator = 0x40;
const finalReceiptWanted = 0x01;
const maxValiditySeconds = 30 * 86_400;

/** Fields of one submit_sm. Everything a carrier could default otherwise is said. */
export function buildSubmit(submit: SubmitPart): Record<string, unknown> {
  const payload = encodePart(submit.text, submit.encoding);
  const { part } = submit;
  return {
    ...sourceFields(submit.sourceAddr),
    dest_addr_ton: ton.international,
    dest_addr_npi: npi.isdn,
    destination_addr: submit.to.replace(/^\+/, ""),
    esm_class: part === null ? 0 : udhIndicator,
    registered_delivery: finalReceiptWanted,
    data_coding: dataCoding[submit.encoding],
    ...(submit.validitySeconds === null ? {} : { validity_period: relativeTime(submit.validitySeconds) }),
    short_message:
      part === null
        ? payload
        : Buffer.concat([concatenationHeader(part.reference, part.total, part.sequence), payload]),
  };
}

/** Letters make an alphanumeric sender; up to six digits are a short code, which belongs to no numbering plan. */
function sourceFields(sourceAddr: string): Record<string, unknown> {
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
