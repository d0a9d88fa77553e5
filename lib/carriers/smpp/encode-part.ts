import type { measureSms } from "@/lib/domain/sms/segments";
import { encodeGsm7Unpacked } from "@/lib/domain/sms/gsm7";

type Encoding = ReturnType<typeof measureSms>["encoding"];

/** data_coding of SMPP 3.4: 0 is the carrier's default alphabet (GSM 03.38), 8 is UCS-2. */
export const dataCoding = { gsm7: 0x00, ucs2: 0x08 } as const satisfies Record<Encoding, number>;

/** Octets of one part: GSM-7 unpacked, or UTF-16 big endian, which is what carriers mean by UCS-2. */
export function encodePart(text: string, encoding: Encoding): Buffer {
  if (encoding === "gsm7") return Buffer.from(encodeGsm7Unpacked(text));
  return Buffer.from(text, "utf16le").swap16();
}

/** Concatenation header with an 8-bit reference: 05 00 03 ref total seq (3GPP TS 23.040, 9.2.3.24.1). */
export function concatenationHeader(reference: number, total: number, sequence: number): Buffer {
  return Buffer.from([0x05, 0x00, 0x03, reference & 0xff, total, sequence]);
}
