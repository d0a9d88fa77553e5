import fc from "fast-check";
import { expect, test } from "vitest";
import { parseReceiptDate, parseSmppReceipt, type ReceiptFields } from "./parse-receipt";

const text =
  "id:0042 sub:001 dlvrd:001 submit date:2510090853 done date:2510090854 stat:DELIVRD err:000 text:Hello id:9 stat:X";
const fields = (changes: Partial<ReceiptFields>): ReceiptFields => ({
  text,
  receiptedMessageId: null,
  messageState: null,
  networkErrorCode: null,
  ...changes,
});
const parse = (changes: Partial<ReceiptFields>, utcOffsetMinutes = 0) =>
  parseSmppReceipt(fields(changes), "auto", utcOffsetMinutes);

test("the text of appendix B is read", () => {
  expect(parse({})).toMatchObject({
    carrierId: "42",
    kind: "delivered",
    code: null,
    carrierTimeMs: Date.UTC(2025, 9, 9, 8, 54),
  });
});

test("TLVs come before the text", () => {
  expect(parse({ receiptedMessageId: "7", messageState: 5 })).toMatchObject({ carrierId: "7", kind: "failed" });
});

test("a TLV without its NUL is cut where the id ends", () => {
  expect(parse({ receiptedMessageId: "abc\u0004'\u0002" })?.carrierId).toBe(String(0xabc));
});

test.each([
  ["DELIVRD", "delivered", null],
  ["EXPIRED", "expired", "EXPIRED:045"],
  ["DELETED", "failed", "DELETED:045"],
  ["UNDELIV", "failed", "UNDELIV:045"],
  ["undeliverable", "failed", "UNDELIV:045"],
  ["REJECTD", "failed", "REJECTD:045"],
  ["ACCEPTD", "sent", null],
  ["ENROUTE", "sent", null],
  ["UNKNOWN", "accepted", null],
])("stat %s is %s", (stat, kind, code) => {
  expect(parse({ text: `ID: 1 Stat: ${stat} Err: 045` })).toMatchObject({ kind, code });
});

test("an err of letters is kept, and the TLV stands in where the text has none", () => {
  expect(parse({ text: "id:1 stat:UNDELIV err:SYS1" })?.code).toBe("UNDELIV:SYS1");
  expect(parse({ text: "id:1 stat:UNDELIV", networkErrorCode: Buffer.from([3, 0, 45]) })?.code).toBe("UNDELIV:045");
  expect(parse({ text: "id:1 stat:UNDELIV" })?.code).toBe("UNDELIV");
});

test.each([
  ["2510090854", Date.UTC(2025, 9, 9, 8, 54)],
  ["251009085430", Date.UTC(2025, 9, 9, 8, 54, 30)],
  ["202510090854", Date.UTC(2025, 9, 9, 8, 54)],
  ["20251009085430", Date.UTC(2025, 9, 9, 8, 54, 30)],
  ["2513090854", null],
  ["25100908", null],
])("the date %s is read", (digits, expected) => {
  expect(parseReceiptDate(digits, 0)).toBe(expected);
});

test("the carrier's local time becomes UTC", () => {
  expect(parse({}, 240)?.carrierTimeMs).toBe(Date.UTC(2025, 9, 9, 4, 54));
});

test("without an id or a state it is no receipt", () => {
  expect(parse({ text: "stat:DELIVRD err:000" })).toBeNull();
  expect(parse({ text: "id:1 stat:WHATEVR" })).toBeNull();
  expect(parse({ text: "id:1 stat:constructor" })).toBeNull();
});

test("nothing makes it throw", () => {
  const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });
  const hostile = fc.array(fc.constantFrom("id:", "stat:", "err:", "done date:", "DELIVRD", " ", "9", "\u0000", "֏"));
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        hostile.map((words) => words.join("")),
      ),
      maybe(fc.string()),
      maybe(fc.integer()),
      maybe(fc.uint8Array({ maxLength: 6 })),
      (anyText, receiptedMessageId, messageState, networkErrorCode) => {
        const receipt = parse({ text: anyText, receiptedMessageId, messageState, networkErrorCode });
        expect(receipt === null || receipt.carrierId.length > 0).toBe(true);
      },
    ),
  );
});
