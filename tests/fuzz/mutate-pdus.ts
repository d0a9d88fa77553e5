import fc from "fast-check";
import smpp from "smpp";

/** One PDU of each kind that can come, as the wire has it. */
export const goodPdus: readonly Buffer[] = [
  { command: "submit_sm", source_addr: "Fuzz", destination_addr: "37499800001", short_message: "Hello" },
  {
    command: "submit_sm",
    source_addr: "Fuzz",
    destination_addr: "37499800001",
    esm_class: 0x40,
    data_coding: 8,
    short_message: { udh: Buffer.from([5, 0, 3, 1, 2, 1]), message: "Բարև" },
  },
  { command: "submit_sm", source_addr: "Fuzz", destination_addr: "37499800001", message_payload: "x".repeat(300) },
  {
    command: "deliver_sm",
    esm_class: 4,
    source_addr: "37499800001",
    receipted_message_id: "7F",
    message_state: 2,
    network_error_code: Buffer.from([3, 0, 45]),
    short_message: "id:127 stat:DELIVRD done date:2601010001 err:000",
  },
  { command: "deliver_sm", source_addr: "37499800001", data_coding: 8, short_message: "ԿԱՆԳ" },
  { command: "data_sm", source_addr: "37499800001", message_payload: "id:1 stat:UNDELIV err:045" },
  ...[
    "enquire_link",
    "enquire_link_resp",
    "deliver_sm_resp",
    "generic_nack",
    "bind_receiver",
    "query_sm",
    "cancel_sm",
    "outbind",
  ].map((command) => ({ command })),
  { command: "submit_sm_resp", message_id: "7F" },
].map(({ command, ...fields }, index) => new smpp.PDU(command, { sequence_number: index + 1, ...fields }).toBuffer());

type Damage = (pdu: Buffer, at: number, value: number) => Buffer;

const damages: Readonly<Record<string, Damage>> = {
  none: (pdu) => pdu,
  bit: (pdu, at, value) => {
    const copy = Buffer.from(pdu);
    copy[at % pdu.length] = (copy[at % pdu.length] ?? 0) ^ (1 << (value % 8));
    return copy;
  },
  octet: (pdu, at, value) => {
    const copy = Buffer.from(pdu);
    copy[at % pdu.length] = value % 256;
    return copy;
  },
  cut: (pdu, at) => pdu.subarray(0, at % pdu.length),
  /** Cut, with a head that says so: whole by its length, and with fields that end too early. */
  shortened: (pdu, at) => withLength(pdu.subarray(0, 16 + (at % Math.max(1, pdu.length - 16)))),
  lengthened: (pdu, at, value) => withLength(Buffer.concat([pdu, Buffer.alloc(at % 64, value % 256)])),
  length: (pdu, _at, value) => withLength(pdu, value),
  shortLength: (pdu, at) => withLength(pdu, at % 16),
  command: (pdu, _at, value) => {
    const copy = Buffer.from(pdu);
    copy.writeUInt32BE(value >>> 0, 4);
    return copy;
  },
  tlv: (pdu, at, value) => {
    const tlv = Buffer.alloc(4);
    tlv.writeUInt16BE([0x001e, 0x0424, 0x0427, 0x0423, 0x1400, 0x0005][at % 6] ?? 0, 0);
    tlv.writeUInt16BE(value % 0x10000, 2);
    return withLength(Buffer.concat([pdu, tlv, Buffer.from([1, 2, 3])]));
  },
  noise: (_pdu, at, value) => Buffer.alloc(1 + (at % 200), value % 256),
};

function withLength(pdu: Buffer, length = pdu.length): Buffer {
  const copy = Buffer.from(pdu);
  copy.writeUInt32BE(length >>> 0, 0);
  return copy;
}

/** A PDU that something has happened to. */
export const damagedPdu: fc.Arbitrary<Buffer> = fc
  .record({
    pdu: fc.constantFrom(...goodPdus),
    damage: fc.constantFrom(...Object.values(damages)),
    at: fc.nat(1_000),
    value: fc.nat(0xffff_ffff),
  })
  .map(({ pdu, damage, at, value }) => damage(pdu, at, value));

/** Several of them, cut into pieces as a network would. */
export const damagedStream: fc.Arbitrary<readonly Buffer[]> = fc
  .tuple(fc.array(damagedPdu, { minLength: 1, maxLength: 4 }), fc.integer({ min: 1, max: 80 }))
  .map(([pdus, size]) => {
    const bytes = Buffer.concat(pdus);
    return Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
  });
