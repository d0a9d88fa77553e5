import fc from "fast-check";
import smpp, { type Pdu } from "smpp";
import { expect, test } from "vitest";
import { concatenationHeader } from "./encode-part";
import { readDeliver } from "./read-deliver";

const udhIndicator = 0x40;

function travel(fields: Record<string, unknown>): Pdu {
  const pdu = smpp.PDU.fromBuffer(new smpp.PDU("deliver_sm", fields).toBuffer());
  if (pdu === false) throw new Error("no PDU");
  return pdu;
}
const from = { source_addr: "37499000111", destination_addr: "KAMURJ", data_coding: 8 };
const body = Buffer.from("մաս", "utf16le").swap16();

test.each([
  ["udh8", "8", 0xff],
  ["udh16", "16", 0xffff],
] as const)("any part with a header of %s is read as what it is", (header, width, mostReference) => {
  fc.assert(
    fc.property(fc.nat(mostReference), fc.integer({ min: 2, max: 255 }), fc.nat(254), (reference, total, nth) => {
      const sequence = (nth % total) + 1;
      const octets = Buffer.concat([concatenationHeader(header, reference, total, sequence), body]);
      const pdu = travel({ ...from, esm_class: udhIndicator, short_message: octets });
      expect(readDeliver(pdu, "auto", 0)).toMatchObject({
        kind: "inbound",
        message: { text: "մաս", to: "KAMURJ", part: { width, reference, total, sequence } },
      });
    }),
  );
});

test("sar TLVs say the same without a header", () => {
  const tlvs = { sar_msg_ref_num: 4711, sar_total_segments: 3, sar_segment_seqnum: 2 };
  expect(readDeliver(travel({ ...from, short_message: body, ...tlvs }), "auto", 0)).toMatchObject({
    message: { text: "մաս", part: { width: "sar", reference: 4711, total: 3, sequence: 2 } },
  });
});

test.each([
  [0, 0],
  [1, 1],
  [3, 0],
  [3, 4],
])("numbers that make no sense (%i parts, number %i) leave the message as it is", (total, sequence) => {
  const octets = Buffer.concat([concatenationHeader("udh8", 1, total, sequence), body]);
  const read = readDeliver(travel({ ...from, esm_class: udhIndicator, short_message: octets }), "auto", 0);
  expect(read).toMatchObject({ kind: "inbound", message: { text: "մաս" } });
  expect(read).not.toHaveProperty("message.part");
});
