import { describe, expect, test } from "vitest";
import smpp from "smpp";
import { decodeOurTraffic, decodePieces, whyNoTshark } from "@/scripts/tshark-capture";

const reason = whyNoTshark();

describe.skipIf(reason !== null)(`SMPP as tshark decodes it${reason === null ? "" : ` (skipped: ${reason})`}`, () => {
  test.each([
    ["udh8", 8, ["3/1", "3/2", "3/3", "3/1", "3/2", "3/3"]],
    ["udh16", 8, ["3/1", "3/2", "3/3", "3/1", "3/2", "3/3"]],
    ["payload", 4, []],
  ] as const)("by %s nothing is malformed, nothing is missing, and parts are numbered", async (way, pdus, parts) => {
    const decoded = await decodeOurTraffic(way);
    expect(decoded).toMatchObject({ submits: pdus, submitAnswers: pdus, delivers: pdus, malformed: 0 });
    expect(decoded.parts.map((part) => part.split(" ")[1])).toEqual(parts);
    const references = decoded.parts.map((part) => Number(part.split(" ")[0]));
    expect(new Set(references).size).toBe(parts.length / 3);
    expect(Math.max(0, ...references)).toBeLessThan(way === "udh8" ? 0x100 : 0x10000);
  });

  test("a PDU with a text that is longer than the PDU is seen as malformed", () => {
    const fields = { source_addr: "Kamurj", destination_addr: "37499000111", short_message: "Hello" };
    const bytes = new smpp.PDU("submit_sm", { ...fields, sequence_number: 1 }).toBuffer();
    bytes[bytes.length - "Hello".length - 1] = 200;
    expect(decodePieces([{ fromClient: true, bytes, atMs: 1 }]).malformed).toBeGreaterThan(0);
  });
});
