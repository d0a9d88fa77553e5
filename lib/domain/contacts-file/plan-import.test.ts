import { readFileSync } from "node:fs";
import iconv from "iconv-lite";
import { describe, expect, it } from "vitest";
import { decodeContactsFile } from "./decode-file";
import { detectDialect } from "./detect-dialect";
import { guessMapping, type ColumnMapping } from "./guess-mapping";
import { judgeRow, mergeContacts, type ImportedContact } from "./plan-import";
import { readHeader, readRows, readSample, type FileRow } from "./read-rows";

const fixture = readFileSync(new URL("../../../tests/fixtures/contacts.csv", import.meta.url));

function importAll(bytes: Uint8Array) {
  const { text } = decodeContactsFile(bytes);
  const dialect = detectDialect(text);
  const mapping = guessMapping(readHeader(text, dialect), readSample(text, dialect, 100));
  const contacts = new Map<string, ImportedContact>();
  const refused: Record<string, number> = {};
  let duplicates = 0;
  for (const row of readRows(text, dialect)) {
    const verdict = judgeRow(row, mapping, "AM");
    if (!verdict.ok) {
      refused[verdict.reason] = (refused[verdict.reason] ?? 0) + 1;
      continue;
    }
    const earlier = contacts.get(verdict.contact.e164);
    if (earlier !== undefined) duplicates++;
    contacts.set(
      verdict.contact.e164,
      earlier === undefined ? verdict.contact : mergeContacts(earlier, verdict.contact),
    );
  }
  return { contacts, duplicates, refused };
}

const row = (...cells: string[]): FileRow => ({ line: 1, cells, problem: null });

describe("the sample of what customers send", () => {
  const { contacts, duplicates, refused } = importAll(fixture);

  it("has 4,620 numbers, 180 duplicates and 200 refused rows, each with its reason", () => {
    expect(contacts.size).toBe(4620);
    expect(duplicates).toBe(180);
    expect(refused).toEqual({
      empty: 20,
      text: 24,
      too_short: 42,
      too_long: 11,
      landline: 56,
      spreadsheet_damage: 10,
      formula: 15,
      invalid: 22,
    });
  });

  it("keeps names, languages and the file's own columns", () => {
    expect(contacts.get("+37477169083")).toEqual({
      e164: "+37477169083",
      country: "AM",
      name: "Անի Սարգսյան",
      language: "hy",
      attributes: { first_name: "Անի", last_name: "Սարգսյան", city: "Berlin", balance: "777.42" },
    });
    expect(contacts.get("+995555141295")?.attributes.note).toBe('VIP, "gold"\nsecond line');
  });

  it.each(["utf-16le", "utf-16be"])("gives the same contacts saved as %s", (encoding) => {
    const saved = importAll(iconv.encode(fixture.toString(), encoding, { addBOM: false }));
    expect([...saved.contacts]).toEqual([...contacts]);
  });
});

describe("judgeRow", () => {
  const mapping: ColumnMapping = ["name", "phone", "phone", "language", "attribute:city", "ignore"];

  it("takes the first usable of several numbers", () => {
    expect(judgeRow(row("Ann", "010 543210", "077149155"), mapping, "AM")).toMatchObject({
      ok: true,
      contact: { e164: "+37477149155", name: "Ann", language: null, attributes: {} },
    });
  });

  it("explains by the first filled number when none is usable", () => {
    expect(judgeRow(row("Ann", "", "010 543210"), mapping, "AM")).toEqual({
      ok: false,
      reason: "landline",
      value: "010 543210",
    });
    expect(judgeRow(row("Ann", "010 543210", "-"), mapping, "AM")).toMatchObject({ reason: "landline" });
    expect(judgeRow(row("Ann"), mapping, "AM")).toEqual({ ok: false, reason: "empty", value: "" });
    expect(judgeRow(row("077149155"), ["ignore"], "AM")).toMatchObject({ reason: "empty" });
  });

  it("refuses a broken line and shows its beginning", () => {
    const broken: FileRow = { line: 7, cells: [`"x\u0000${"y".repeat(900)}`], problem: "broken_quotes" };
    expect(judgeRow(broken, mapping, "AM")).toEqual({ ok: false, reason: "broken_row", value: `"x${"y".repeat(198)}` });
  });

  it.each([
    ["HY", "hy"],
    ["Армянский", "hy"],
    ["en-US", "en"],
    ["русский", "ru"],
    ["de_DE", "de"],
    ["klingon", null],
    ["", null],
  ])("reads the language %j as %j", (cell, language) => {
    expect(judgeRow(row("", "077149155", "", cell), mapping, "AM")).toMatchObject({ contact: { language } });
  });

  it("keeps attributes clean: no blanks, no control characters, no surprise names", () => {
    const verdict = judgeRow(
      row("077149155", " \u0007Ye\tre\nvan ", "  ", "x"),
      ["phone", "attribute:city", "attribute:b", "attribute:__proto__"],
      "AM",
    );
    expect(verdict.ok && Object.entries(verdict.contact.attributes)).toEqual([
      ["city", "Yere\nvan"],
      ["__proto__", "x"],
    ]);
  });
});

it("mergeContacts lets the earlier row speak and the later one fill the gaps", () => {
  const earlier = { e164: "+37477149155", country: "AM", name: null, language: "hy", attributes: { city: "Yerevan" } };
  const later = { ...earlier, name: "Ann", language: "ru", attributes: { city: "Gyumri", note: "VIP" } };
  expect(mergeContacts(earlier, later)).toEqual({
    ...earlier,
    name: "Ann",
    attributes: { city: "Yerevan", note: "VIP" },
  });
});
