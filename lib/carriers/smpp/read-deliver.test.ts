import fc from "fast-check";
import smpp, { type Pdu } from "smpp";
import { expect, test } from "vitest";
import { readDeliver } from "./read-deliver";

/** Over the wire and back, as a session would see it. */
function travel(fields: Record<string, unknown>): Pdu {
  const pdu = smpp.PDU.fromBuffer(new smpp.PDU("deliver_sm", fields).toBuffer());
  if (pdu === false) throw new Error("no PDU");
  return pdu;
}
const receiptText = "id:7 sub:001 dlvrd:001 submit date:2510090853 done date:2510090854 stat:DELIVRD err:000 text:x";

test.each([
  ["marked as one", { esm_class: 0x04, data_coding: 0 }],
  ["not marked, but with the text of one", { esm_class: 0, data_coding: 0 }],
])("a receipt %s is a receipt", (_name, fields) => {
  const pdu = travel({ source_addr: "37499000111", short_message: Buffer.from(receiptText), ...fields });
  expect(readDeliver(pdu, "auto", 0)).toMatchObject({ kind: "receipt", receipt: { carrierId: "7" } });
});

test("a receipt in the payload TLV is a receipt", () => {
  const pdu = travel({ esm_class: 4, data_coding: 0, message_payload: Buffer.from(receiptText) });
  expect(readDeliver(pdu, "auto", 0)).toMatchObject({ kind: "receipt" });
});

test("an Armenian message from a person is inbound", () => {
  const pdu = travel({
    source_addr: "37499000111",
    esm_class: 0,
    data_coding: 8,
    short_message: Buffer.from("ՍՏՈՊ", "utf16le").swap16(),
  });
  expect(readDeliver(pdu, "auto", 0)).toMatchObject({
    kind: "inbound",
    message: { from: "+37499000111", text: "ՍՏՈՊ" },
  });
});

test("octets of any kind are read or counted, never a crash", () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 160 }),
      fc.nat({ max: 255 }),
      fc.nat({ max: 255 }),
      (octets, esmClass, dataCoding) => {
        const pdu = travel({
          source_addr: "37499000111",
          esm_class: esmClass,
          data_coding: dataCoding,
          short_message: Buffer.from(octets),
        });
        expect(["receipt", "inbound", "unreadable"]).toContain(readDeliver(pdu, "auto", 0).kind);
      },
    ),
  );
});
