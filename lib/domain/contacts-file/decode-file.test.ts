import fc from "fast-check";
import iconv from "iconv-lite";
import { describe, expect, it } from "vitest";
import { AppError } from "../app-error";
import { decodeContactsFile } from "./decode-file";

const TABLE = "имя;телефон;город\r\nАнна Иванова;+37477149155;Ереван\r\nПётр Ёлкин;077149156;Гюмри\r\n";
const WESTERN = "name,phone,city\nRenée Müller,+34612348340,Málaga\nJosé García,+4915123490518,Köln\n";

const rows = fc
  .array(fc.tuple(fc.string({ unit: "grapheme", maxLength: 12 }), fc.integer({ min: 10_000_000, max: 99_999_999 })), {
    minLength: 1,
    maxLength: 20,
  })
  .map((list) => list.map(([name, number]) => `${name.replaceAll("\0", "")},+374${number}`).join("\n"))
  .map((text) => text.replace(/^\ufeff/, "").toString());

describe("decodeContactsFile", () => {
  it("reads any text back from UTF-8, with or without byte order mark", () => {
    fc.assert(
      fc.property(rows, fc.boolean(), (text, addBOM) => {
        expect(decodeContactsFile(iconv.encode(text, "utf-8", { addBOM }))).toEqual({ text, encoding: "utf-8" });
      }),
    );
  });

  it.each(["utf-16le", "utf-16be"])("reads %s with and without byte order mark", (encoding) => {
    for (const text of [TABLE, WESTERN, "Անի,+37477149155\n"]) {
      for (const addBOM of [true, false]) {
        expect(decodeContactsFile(iconv.encode(text, encoding, { addBOM }))).toEqual({ text, encoding });
      }
    }
  });

  it("reads Windows-1251 and Windows-1252", () => {
    expect(decodeContactsFile(iconv.encode(TABLE, "windows-1251"))).toEqual({ text: TABLE, encoding: "windows-1251" });
    expect(decodeContactsFile(iconv.encode(WESTERN, "windows-1252"))).toEqual({
      text: WESTERN,
      encoding: "windows-1252",
    });
  });

  it("keeps UTF-8 with a few broken bytes as UTF-8", () => {
    const cut = iconv.encode(TABLE, "utf-8").subarray(0, -5);
    const broken = Buffer.concat([cut, Buffer.from([0xd0])]);
    expect(decodeContactsFile(broken)).toMatchObject({ encoding: "utf-8" });
  });

  it("refuses spreadsheets, PDF and other files that are no text", () => {
    const foreign = [
      Buffer.from("PK\x03\x04 and so on"),
      Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1]),
      Buffer.from("%PDF-1.7"),
      Buffer.from(Array.from({ length: 600 }, (_, i) => (i % 3 === 0 ? 0 : i % 251))),
    ];
    for (const bytes of foreign) expect(() => decodeContactsFile(bytes)).toThrow(AppError);
  });

  it("answers any bytes with clean text or a refusal", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400, size: "max" }), (bytes) => {
        try {
          const { text } = decodeContactsFile(bytes);
          expect(text).not.toContain("\0");
          expect(() => encodeURIComponent(text)).not.toThrow();
        } catch (error) {
          expect(error).toMatchObject({ code: "invalid_input", messageKey: "contactsFile.notText" });
        }
      }),
    );
  });

  it("reads an empty file as an empty text", () => {
    expect(decodeContactsFile(new Uint8Array())).toEqual({ text: "", encoding: "utf-8" });
  });
});
