import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { MAX_UNFINISHED_IMPORTS } from "@/lib/schemas/audiences-imports";
import { createTestAccount, useTestDatabase } from "../../../tests/int/harness";
import { discardImport } from "./discard-import";
import { getImport, listOpenImports } from "./get-import";
import { dependenciesOf, generateRows, startAsGuessed, upload } from "./import.fixture";
import { previewImport } from "./preview-import";
import { runImport } from "./run-import";
import { startImport } from "./start-import";
import { cancelImport } from "./cancel-import";

const database = useTestDatabase();

async function marketer() {
  return (await createTestAccount(database)).as("marketer");
}

describe("upload", () => {
  it.each([
    [
      "an Excel workbook",
      Buffer.concat([Buffer.from("PK\x03\x04"), Buffer.from("....xl/workbook.xml")]),
      "contactsFile.excel",
    ],
    ["an old Excel workbook", Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 1, 2]), "contactsFile.excel"],
    ["a zip", Buffer.from("PK\x03\x04 readme.txt"), "contactsFile.archive"],
    ["a PDF", Buffer.from("%PDF-1.7 whatever"), "contactsFile.pdf"],
    ["a picture", Buffer.from([0x89, 0x50, 0x4e, 0x47, 0]), "contactsFile.picture"],
    ["bytes that are no text", Buffer.alloc(4000), "contactsFile.notText"],
    ["a header alone", Buffer.from("phone,name\n"), "contactsFile.empty"],
    ["blank lines", Buffer.from("\n\n\n"), "contactsFile.empty"],
    ["more than 100,000 rows", Buffer.from("077111222\n".repeat(100_001)), "contactsFile.tooManyRows"],
    ["more than 25 MB", Buffer.alloc(25 * 1024 * 1024 + 1, "a"), "contactsFile.tooBig"],
  ])("refuses %s by name and keeps nothing", async (_name, bytes, messageKey) => {
    const ctx = await marketer();
    await expect(upload(ctx, bytes)).rejects.toMatchObject({ code: "invalid_input", messageKey });
    expect(await listOpenImports(ctx)).toEqual([]);
  });

  it("is for those who may write audiences", async () => {
    const account = await createTestAccount(database);
    for (const role of ["support", "developer"] as const) {
      await expect(upload(account.as(role), "phone\n077111222\n")).rejects.toMatchObject({ code: "forbidden" });
    }
  });

  it("keeps a name that is safe to show", async () => {
    const ctx = await marketer();
    const importId = await upload(ctx, "phone\n077111222\n", "..\\..\\etc/\u202epass\0wd.csv");
    expect((await getImport(ctx, importId)).fileName).toBe("passwd.csv");
  });

  it("does not let waiting files pile up, and forgets those nobody came back for", async () => {
    const ctx = await marketer();
    for (let i = 0; i < MAX_UNFINISHED_IMPORTS; i += 1) await upload(ctx, "phone\n077111222\n");
    await expect(upload(ctx, "phone\n077111222\n")).rejects.toMatchObject({ code: "rate_limited" });
    await ctx.sql.query("UPDATE contact_import SET created_at = now() - interval '8 days' WHERE account_id = $1", [
      ctx.accountId,
    ]);
    await upload(ctx, "phone\n077111222\n");
    expect(await listOpenImports(ctx)).toHaveLength(1);
  });

  it("is thrown away on request, not once it is under way", async () => {
    const ctx = await marketer();
    const importId = await upload(ctx, "phone\n077111222\n");
    await startAsGuessed(ctx, importId);
    await expect(discardImport(ctx, importId)).rejects.toMatchObject({ code: "conflict" });
    await cancelImport(ctx, importId);
    await discardImport(ctx, importId);
    await expect(getImport(ctx, importId)).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("preview", () => {
  it("shows the sample's columns with what they become, and how each number reads", async () => {
    const ctx = await marketer();
    const importId = await upload(ctx, await readFile("tests/fixtures/contacts.csv"));
    const preview = await previewImport(ctx, { importId });
    expect(preview.dialect).toEqual({ encoding: "utf-8", delimiter: ",", hasHeader: true });
    expect(preview.columns.map(({ header, target }) => [header, target])).toEqual([
      ["first_name", "first_name"],
      ["last_name", "last_name"],
      ["phone", "phone"],
      ["language", "language"],
      ["city", "attribute:city"],
      ["balance", "attribute:balance"],
      ["note", "attribute:note"],
    ]);
    expect(preview.defaultCountry).toBe("AM");
    expect(preview.rows[0]?.phone).toEqual({ ok: true, phone: "+374 77 169083" });
    expect(preview.checked.rows).toBe(500);
    expect(preview.checked.usable).toBeGreaterThan(400);
  });

  it("follows the settings that a person changes", async () => {
    const ctx = await marketer();
    const importId = await upload(ctx, "name;phone\nAnna;0151 23456789\n");
    const before = await previewImport(ctx, { importId });
    expect(before.rows[0]?.phone.ok).toBe(false);
    const german = await previewImport(ctx, { importId, defaultCountry: "DE" });
    expect(german.rows[0]?.phone).toEqual({ ok: true, phone: "+49 1512 3456789" });
    const commas = await previewImport(ctx, { importId, dialect: { ...before.dialect, delimiter: "," } });
    expect(commas.columns).toHaveLength(1);
    const noHeader = await previewImport(ctx, { importId, dialect: { ...before.dialect, hasHeader: false } });
    expect(noHeader.rows).toHaveLength(2);
  });

  it("stays small whatever the file: wide rows and huge cells are cut", async () => {
    const ctx = await marketer();
    const wide = `077111222${",x".repeat(5000)}\n077111223,"${"y".repeat(900)}"\n`;
    const preview = await previewImport(ctx, { importId: await upload(ctx, wide) });
    expect(preview.columns).toHaveLength(200);
    expect(JSON.stringify(preview).length).toBeLessThan(30_000);
  });

  it("knows no import of another account", async () => {
    const [ours, theirs] = [await marketer(), await marketer()];
    const importId = await upload(ours, "phone\n077111222\n");
    for (const work of [
      () => previewImport(theirs, { importId }),
      () => getImport(theirs, importId),
      () => cancelImport(theirs, importId),
      () => discardImport(theirs, importId),
      () => startAsGuessed(theirs, importId),
    ]) {
      await expect(work()).rejects.toMatchObject({ code: "not_found" });
    }
    expect(await runImport(dependenciesOf(theirs), { accountId: theirs.accountId, importId })).toBe("gone");
    expect((await getImport(ours, importId)).status).toBe("uploaded");
  });
});

describe("start", () => {
  it("takes one of two starts at once", async () => {
    const ctx = await marketer();
    const importId = await upload(ctx, generateRows(20));
    const results = await Promise.allSettled([startAsGuessed(ctx, importId), startAsGuessed(ctx, importId)]);
    expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const lost = results.find((result) => result.status === "rejected");
    expect(lost).toMatchObject({ reason: { code: "conflict", messageKey: "import.alreadyStarted" } });
  });

  it("refuses another account's audience, an archived one and a name that is taken", async () => {
    const [ours, theirs] = [await marketer(), await marketer()];
    const foreign = await theirs.db.audience.create({ data: { accountId: theirs.accountId, name: "Theirs" } });
    const archived = await ours.db.audience.create({
      data: { accountId: ours.accountId, name: "Old", archivedAt: new Date() },
    });
    await ours.db.audience.create({ data: { accountId: ours.accountId, name: "Clients" } });
    const importId = await upload(ours, generateRows(5));
    const start = (audience: Parameters<typeof startImport>[1]["audience"]) =>
      startAsGuessed(ours, importId, { audience });
    await expect(start({ kind: "existing", audienceId: foreign.id })).rejects.toMatchObject({ code: "not_found" });
    await expect(start({ kind: "existing", audienceId: archived.id })).rejects.toMatchObject({ code: "conflict" });
    await expect(start({ kind: "new", name: "clients" })).rejects.toMatchObject({ messageKey: "audience.nameTaken" });
    await expect(startAsGuessed(ours, importId, { defaultCountry: "ZZ" })).rejects.toMatchObject({
      code: "invalid_input",
    });
    expect((await getImport(ours, importId)).status).toBe("uploaded");
    await start({ kind: "new", name: "Old" });
    expect((await getImport(ours, importId)).status).toBe("queued");
  });

  it("is for those who may write audiences", async () => {
    const account = await createTestAccount(database);
    const importId = await upload(account.as("admin"), generateRows(5));
    const preview = await previewImport(account.as("admin"), { importId });
    const input = {
      importId,
      dialect: preview.dialect,
      columns: preview.columns.map(({ target }) => target),
      defaultCountry: "AM",
      audience: { kind: "new", name: "A" } as const,
    };
    await expect(startImport(account.as("support"), input)).rejects.toMatchObject({ code: "forbidden" });
    await expect(cancelImport(account.as("support"), importId)).rejects.toMatchObject({ code: "forbidden" });
    await expect(discardImport(account.as("developer"), importId)).rejects.toMatchObject({ code: "forbidden" });
  });
});
