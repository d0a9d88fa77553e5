import { readFile } from "node:fs/promises";
import iconv from "iconv-lite";
import { describe, expect, it } from "vitest";
import { createTestAccount, useTestDatabase } from "../../../tests/int/harness";
import { cancelImport } from "./cancel-import";
import { countAudience } from "./count-audience";
import { getImport } from "./get-import";
import { countWritten, dependenciesOf, generateRows, importFile, startAsGuessed, upload } from "./import.fixture";
import { resumeImports } from "./resume-imports";
import { runImport } from "./run-import";
import { sampleAudience } from "./sample-audience";

const database = useTestDatabase();

async function marketer() {
  return (await createTestAccount(database)).as("marketer");
}

async function contactsOf(ctx: Awaited<ReturnType<typeof marketer>>) {
  const rows = await ctx.db.contact.findMany({ where: { accountId: ctx.accountId }, orderBy: { e164: "asc" } });
  return rows.map(({ e164, name, language, attributes }) => ({ e164, name, language, attributes }));
}

describe("what an import takes in", () => {
  it("reads the customers' sample to exactly 4,620 people, 180 duplicates and 200 refused rows", async () => {
    const ctx = await marketer();
    const view = await importFile(ctx, await readFile("tests/fixtures/contacts.csv"));
    expect(view).toMatchObject({
      status: "completed",
      totalRows: 5000,
      processedRows: 5000,
      imported: 4620,
      updated: 0,
      duplicates: 180,
      refused: 200,
      hasFile: false,
    });
    expect(view.refusedByReason.reduce((sum, { count }) => sum + count, 0)).toBe(200);
    expect(await countAudience(ctx, view.audienceId)).toEqual({ people: 4620, optedOut: 0 });
    expect(await countWritten(ctx)).toEqual({ contacts: 4620, audiences: 1, members: 4620, issues: 380 });
    const [someone] = await sampleAudience(ctx, view.audienceId, 1);
    expect(Object.keys(someone?.attributes ?? {})).toContain("first_name");
  });

  it.each([
    ["UTF-16 LE with a byte order mark", Buffer.from("\ufeffanun,phone\nԱնի,077111222\n", "utf16le")],
    ["UTF-16 BE without", iconv.encode("anun,phone\nԱնի,077111222\n", "utf-16be", { addBOM: false })],
    ["UTF-8 with a byte order mark", Buffer.from("\ufeffanun,phone\nԱնի,077111222\n")],
  ])("reads %s", async (_name, bytes) => {
    const ctx = await marketer();
    await importFile(ctx, bytes);
    expect(await contactsOf(ctx)).toMatchObject([{ e164: "+37477111222", attributes: { anun: "Անի" } }]);
  });

  it("reads a Russian file as old Excel writes it: Windows-1251, semicolons", async () => {
    const ctx = await marketer();
    const text =
      "Фамилия;Имя;Телефон;Город\r\nПетрова;Ольга;+7 912 345-67-89;Тверь\r\nСмирнов;Олег;8 912 345-67-80;Псков\r\n";
    const view = await importFile(ctx, iconv.encode(text, "windows-1251"), { defaultCountry: "RU" });
    expect(view).toMatchObject({ imported: 2, refused: 0 });
    expect(await contactsOf(ctx)).toEqual([
      expect.objectContaining({
        e164: "+79123456780",
        name: "Олег Смирнов",
        attributes: { first_name: "Олег", last_name: "Смирнов", город: "Псков" },
      }),
      expect.objectContaining({ e164: "+79123456789", name: "Ольга Петрова" }),
    ]);
  });

  it("reads a file without a header", async () => {
    const ctx = await marketer();
    const view = await importFile(ctx, "077111222;Ani\n077111223;Aram\n");
    expect(view).toMatchObject({ totalRows: 2, imported: 2 });
  });

  it("joins rows of one number: the first filled value wins, later ones fill the gaps, and the row is listed", async () => {
    const ctx = await marketer();
    const view = await importFile(
      ctx,
      "phone,first name,city,tier\n077111222,Ani,,gold\n+374 77 111222,Anna,Gyumri,\n00374 77 111 222,,Yerevan,\n",
    );
    expect(view).toMatchObject({ imported: 1, duplicates: 2, refused: 0 });
    expect(await contactsOf(ctx)).toMatchObject([
      { e164: "+37477111222", attributes: { first_name: "Ani", city: "Gyumri", tier: "gold" } },
    ]);
    const issues = await ctx.db.importIssue.findMany({ where: { importId: view.id }, orderBy: { rowNumber: "asc" } });
    expect(issues.map(({ rowNumber, kind, reason }) => [rowNumber, kind, reason])).toEqual([
      [3, "duplicate", "line:2"],
      [4, "duplicate", "line:2"],
    ]);
  });

  it("updates people known already, keeps what the new file does not say, and adds them to the same audience once", async () => {
    const ctx = await marketer();
    const first = await importFile(ctx, "phone,name,city\n077111222,Ani,Gyumri\n077111223,Aram,\n");
    const second = await importFile(ctx, "phone,name,tier\n077111222,,gold\n077111224,Lilit,\n", {
      audience: { kind: "existing", audienceId: first.audienceId },
    });
    expect(second).toMatchObject({ imported: 1, updated: 1, audienceId: first.audienceId });
    expect(await countAudience(ctx, first.audienceId)).toEqual({ people: 3, optedOut: 0 });
    expect((await contactsOf(ctx))[0]).toMatchObject({ name: "Ani", attributes: { city: "Gyumri", tier: "gold" } });
  });

  it("takes in 100,000 rows", { timeout: 300_000 }, async () => {
    const ctx = await marketer();
    const view = await importFile(ctx, generateRows(100_000));
    expect(view).toMatchObject({ totalRows: 100_000, imported: 100_000, duplicates: 0, refused: 0 });
    expect(await countAudience(ctx, view.audienceId)).toEqual({ people: 100_000, optedOut: 0 });
  });

  it("keeps hostile cells as text: formulas, NULs, scripts, a cell of 1 MB, a name that is no name", async () => {
    const ctx = await marketer();
    const huge = "x".repeat(1024 * 1024);
    const rows = [
      "phone,note,__proto__",
      `077111220,=HYPERLINK("http://evil"),a`,
      `077111221,<script>alert(1)</script>,b`,
      "077111222,a\0b,c",
      `077111223,${"y".repeat(5000)},d`,
      `077111224,"${huge}",e`,
      `=cmd|' /C calc'!A0,formula,f`,
      `077111225,'; DROP TABLE contact; --,g`,
    ];
    const view = await importFile(ctx, `${rows.join("\n")}\n`);
    expect(view.imported + view.refused).toBe(view.totalRows);
    expect(view.refusedByReason.map(({ reason }) => reason)).toContain("formula");
    const stored = await contactsOf(ctx);
    expect(stored.map(({ attributes }) => attributes)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ note: `=HYPERLINK("http://evil")` }),
        expect.objectContaining({ note: "<script>alert(1)</script>" }),
        expect.objectContaining({ note: "ab" }),
        expect.objectContaining({ note: "'; DROP TABLE contact; --" }),
      ]),
    );
    expect(JSON.stringify(stored)).not.toContain("x".repeat(2000));
  });
});

describe("nothing half-imported", () => {
  const nothing = { contacts: 0, audiences: 0, members: 0, issues: 0 };

  it("leaves nothing when it is stopped between batches, and the next run completes", async () => {
    const ctx = await marketer();
    const importId = await upload(ctx, generateRows(3000));
    await startAsGuessed(ctx, importId);
    const job = { accountId: ctx.accountId, importId };
    const stop = new AbortController();
    const stopped = dependenciesOf(ctx, async (rows) => {
      if (rows >= 2000) stop.abort();
    });
    await expect(runImport(stopped, job, stop.signal)).rejects.toThrow(/abort/i);
    expect(await countWritten(ctx)).toEqual(nothing);
    expect(await getImport(ctx, importId)).toMatchObject({ status: "queued", processedRows: 0 });

    expect(await runImport(dependenciesOf(ctx), job)).toBe("completed");
    expect(await countWritten(ctx)).toEqual({ contacts: 3000, audiences: 1, members: 3000, issues: 0 });
  });

  it("leaves nothing when the connection dies after everything was written, and the next run starts from zero", async () => {
    const ctx = await marketer();
    const importId = await upload(ctx, generateRows(3000));
    await startAsGuessed(ctx, importId);
    const job = { accountId: ctx.accountId, importId };
    let pauses = 0;
    const dying = dependenciesOf(ctx, async (rows) => {
      if (rows < 3000 || (pauses += 1) !== 4) return;
      // The staging is done by now: kill the one backend that holds this import's lock.
      await ctx.sql.query(
        `SELECT pg_terminate_backend(pid) FROM pg_locks
          WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
            AND granted AND pid <> pg_backend_pid()
            AND ((classid::bigint << 32) | objid::bigint) = hashtextextended($1, 0)`,
        [`import:${importId}`],
      );
    });
    await expect(runImport(dying, job)).rejects.toThrow();
    expect(pauses).toBeGreaterThanOrEqual(4);
    expect(await countWritten(ctx)).toEqual(nothing);
    expect(await getImport(ctx, importId)).toMatchObject({ status: "running" });

    expect(await runImport(dependenciesOf(ctx), job)).toBe("completed");
    expect(await countWritten(ctx)).toEqual({ contacts: 3000, audiences: 1, members: 3000, issues: 0 });
    expect(await runImport(dependenciesOf(ctx), job)).toBe("gone");
  });

  it("lets one of two runs at once through, and a second run afterwards changes nothing", async () => {
    const ctx = await marketer();
    const importId = await upload(ctx, generateRows(2500));
    await startAsGuessed(ctx, importId);
    const job = { accountId: ctx.accountId, importId };
    let second: Promise<string> | undefined;
    const first = await runImport(
      dependenciesOf(ctx, async () => {
        second ??= runImport(dependenciesOf(ctx), job);
        await second;
      }),
      job,
    );
    expect([first, await second]).toEqual(["completed", "busy"]);
    expect(await runImport(dependenciesOf(ctx), job)).toBe("gone");
    expect((await countWritten(ctx)).contacts).toBe(2500);
  });

  it("stops when it is cancelled while running, and can be started again", async () => {
    const ctx = await marketer();
    const importId = await upload(ctx, generateRows(5000));
    await startAsGuessed(ctx, importId);
    const job = { accountId: ctx.accountId, importId };
    let cancelled = false;
    const deps = dependenciesOf(ctx, async (rows) => {
      if (cancelled || rows < 1000) return;
      cancelled = true;
      expect((await getImport(ctx, importId)).status).toBe("running");
      await cancelImport(ctx, importId);
    });
    expect(await runImport(deps, job)).toBe("cancelled");
    expect(await countWritten(ctx)).toEqual(nothing);
    expect((await getImport(ctx, importId)).status).toBe("cancelled");
    await expect(cancelImport(ctx, importId)).rejects.toMatchObject({ code: "conflict" });

    await startAsGuessed(ctx, importId);
    expect(await runImport(dependenciesOf(ctx), job)).toBe("completed");
  });

  it("shows its progress while it runs", async () => {
    const ctx = await marketer();
    const importId = await upload(ctx, generateRows(5000));
    await startAsGuessed(ctx, importId);
    const seen = new Set<number>();
    const deps = dependenciesOf(ctx, async () => {
      seen.add((await getImport(ctx, importId)).processedRows);
    });
    await runImport(deps, { accountId: ctx.accountId, importId });
    expect([...seen]).toEqual(expect.arrayContaining([0, 2000, 4000]));
  });

  it("ends as failed, with the reason, when the name was taken meanwhile; a new name mends it", async () => {
    const ctx = await marketer();
    const importId = await upload(ctx, generateRows(10));
    await startAsGuessed(ctx, importId, { audience: { kind: "new", name: "Spring" } });
    await ctx.db.audience.create({ data: { accountId: ctx.accountId, name: "SPRING" } });
    const job = { accountId: ctx.accountId, importId };
    expect(await runImport(dependenciesOf(ctx), job)).toBe("failed");
    expect(await getImport(ctx, importId)).toMatchObject({ status: "failed", errorKey: "audience.nameTaken" });
    expect(await countWritten(ctx)).toEqual({ ...nothing, audiences: 1 });
    await startAsGuessed(ctx, importId, { audience: { kind: "new", name: "Summer" } });
    expect(await runImport(dependenciesOf(ctx), job)).toBe("completed");
  });

  it("is picked up when its job was lost or its worker died, by whichever worker looks first", async () => {
    const ctx = await marketer();
    const importId = await upload(ctx, generateRows(10));
    await startAsGuessed(ctx, importId);
    await ctx.sql.query(
      "UPDATE contact_import SET status = 'running', heartbeat_at = now() - interval '1 hour' WHERE id = $1",
      [importId],
    );
    await Promise.all([resumeImports(dependenciesOf(ctx)), resumeImports(dependenciesOf(ctx))]);
    expect((await getImport(ctx, importId)).status).toBe("completed");
    expect((await countWritten(ctx)).contacts).toBe(10);
  });

  it("does two imports of one account with the same people at once, without a deadlock", async () => {
    const ctx = await marketer();
    const ids = await Promise.all([upload(ctx, generateRows(2000)), upload(ctx, generateRows(2000))]);
    for (const importId of ids) await startAsGuessed(ctx, importId);
    const outcomes = await Promise.all(
      ids.map((importId) => runImport(dependenciesOf(ctx), { accountId: ctx.accountId, importId })),
    );
    expect(outcomes).toEqual(["completed", "completed"]);
    const views = await Promise.all(ids.map((importId) => getImport(ctx, importId)));
    expect(views.reduce((sum, view) => sum + view.imported, 0)).toBe(2000);
    expect(views.reduce((sum, view) => sum + view.updated, 0)).toBe(2000);
    expect((await countWritten(ctx)).members).toBe(4000);
  });
});
