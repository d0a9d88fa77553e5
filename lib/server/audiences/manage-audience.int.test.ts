import { describe, expect, it } from "vitest";
import type { TenantContext } from "../tenant-context";
import { createTestAccount, useTestDatabase } from "../../../tests/int/harness";
import { archiveAudience } from "./archive-audience";
import { countAudience } from "./count-audience";
import { getAudience } from "./get-audience";
import { generateRows, importFile } from "./import.fixture";
import { listAudienceContacts } from "./list-audience-contacts";
import { listAudiences, listAudiencesForPicker } from "./list-audiences";
import { renameAudience } from "./rename-audience";
import { sampleAudience } from "./sample-audience";

const database = useTestDatabase();

async function marketer() {
  return (await createTestAccount(database)).as("marketer");
}

async function withCampaign(ctx: TenantContext, audienceId: string, status: string) {
  const content = {};
  const template = await ctx.db.template.create({
    data: { accountId: ctx.accountId, name: "T", category: "utility", language: "en", currentVersion: 1 },
  });
  await ctx.db.templateVersion.create({
    data: { accountId: ctx.accountId, templateId: template.id, version: 1, content },
  });
  await ctx.db.campaign.create({
    data: {
      accountId: ctx.accountId,
      name: "Running campaign",
      status,
      category: "utility",
      templateId: template.id,
      templateVersion: 1,
      audienceId,
      route: "sms",
      waitS: 60,
    },
  });
}

describe("reading audiences", () => {
  it("tells how many, where from, in which language and with which attributes", async () => {
    const ctx = await marketer();
    const rows = "phone,name,language,city\n077111222,Ani,hy,Gyumri\n077111223,Aram,,\n+79123456789,Olga,ru,Tver\n";
    const { audienceId } = await importFile(ctx, rows, { audience: { kind: "new", name: "Spring" } });
    expect(await getAudience(ctx, audienceId)).toMatchObject({
      name: "Spring",
      people: 3,
      optedOut: 0,
      isArchived: false,
      byCountry: [
        { key: "AM", count: 2 },
        { key: "RU", count: 1 },
      ],
      byLanguage: [
        { key: "", count: 1 },
        { key: "hy", count: 1 },
        { key: "ru", count: 1 },
      ],
      attributes: [{ key: "city", count: 2 }],
    });
    expect(await listAudiencesForPicker(ctx)).toEqual([{ id: audienceId, name: "Spring", people: 3 }]);
    expect(await listAudiences(ctx)).toMatchObject([{ name: "Spring", lastImportAt: expect.any(String) }]);
    expect(await sampleAudience(ctx, audienceId, 2)).toHaveLength(2);
  });

  it("pages through everybody once, without a gap", async () => {
    const ctx = await marketer();
    const { audienceId } = await importFile(ctx, generateRows(120));
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await listAudienceContacts(ctx, { audienceId, search: "", ...(after && { after }) });
      seen.push(...page.contacts.map((contact) => contact.e164));
      after = page.next ?? undefined;
    } while (after !== undefined);
    expect(new Set(seen).size).toBe(120);
    expect(seen).toHaveLength(120);
  });

  it.each([
    ["the number as people write it", "077 000-012", ["+37477000012"]],
    ["the number's end", "000012", ["+37477000012"]],
    ["its beginning as people write it", "077 00011", 10],
    ["a part of the name, in any case", "nAME 11", 11],
    ["signs that LIKE would take as wildcards", "%", []],
    ["what nobody is called", "zzz", []],
    ["a NUL and a lone surrogate", "\0\ud800", 25],
  ])("finds by %s", async (_name, search, expected) => {
    const ctx = await marketer();
    const { audienceId } = await importFile(ctx, generateRows(120));
    const { contacts } = await listAudienceContacts(ctx, { audienceId, search });
    if (typeof expected === "number") expect(contacts).toHaveLength(expected);
    else expect(contacts.map((contact) => contact.e164)).toEqual(expected);
  });

  it("is not for developers, and another account's audience does not exist", async () => {
    const account = await createTestAccount(database);
    const { audienceId } = await importFile(account.as("admin"), generateRows(3));
    const other = await marketer();
    for (const read of [
      (ctx: TenantContext) => getAudience(ctx, audienceId),
      (ctx: TenantContext) => countAudience(ctx, audienceId),
      (ctx: TenantContext) => sampleAudience(ctx, audienceId, 5),
      (ctx: TenantContext) => listAudienceContacts(ctx, { audienceId, search: "" }),
    ]) {
      await expect(read(account.as("developer"))).rejects.toMatchObject({ code: "forbidden" });
      await expect(read(other)).rejects.toMatchObject({ code: "not_found" });
      await expect(read(account.as("support"))).resolves.toBeDefined();
    }
    expect(await listAudiences(other)).toEqual([]);
  });
});

describe("changing audiences", () => {
  it("renames, unless another one has the name", async () => {
    const ctx = await marketer();
    const first = await importFile(ctx, generateRows(3), { audience: { kind: "new", name: "Spring" } });
    await importFile(ctx, generateRows(3), { audience: { kind: "new", name: "Summer" } });
    await expect(renameAudience(ctx, { audienceId: first.audienceId, name: "SUMMER" })).rejects.toMatchObject({
      code: "conflict",
      messageKey: "audience.nameTaken",
    });
    await renameAudience(ctx, { audienceId: first.audienceId, name: "Գարուն" });
    expect((await getAudience(ctx, first.audienceId)).name).toBe("Գարուն");
  });

  it("lets one of two people give the same name", async () => {
    const ctx = await marketer();
    const a = await importFile(ctx, generateRows(3));
    const b = await importFile(ctx, generateRows(3));
    const results = await Promise.allSettled(
      [a, b].map(({ audienceId }) => renameAudience(ctx, { audienceId, name: "One" })),
    );
    expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  });

  it.each(["running", "paused"])("does not archive an audience that a %s campaign uses", async (status) => {
    const ctx = await marketer();
    const { audienceId } = await importFile(ctx, generateRows(3));
    await withCampaign(ctx, audienceId, status);
    await expect(archiveAudience(ctx, audienceId)).rejects.toMatchObject({
      code: "conflict",
      messageKey: "audience.inCampaign",
    });
    expect((await getAudience(ctx, audienceId)).isArchived).toBe(false);
  });

  it("archives: it leaves the lists, its people stay, its name is free; once only", async () => {
    const ctx = await marketer();
    const { audienceId } = await importFile(ctx, generateRows(3), { audience: { kind: "new", name: "Old" } });
    await withCampaign(ctx, audienceId, "completed");
    const results = await Promise.allSettled([archiveAudience(ctx, audienceId), archiveAudience(ctx, audienceId)]);
    expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(await listAudiences(ctx)).toEqual([]);
    expect(await listAudiences(ctx, { archived: true })).toMatchObject([{ id: audienceId, people: 3 }]);
    await importFile(ctx, generateRows(3), { audience: { kind: "new", name: "Old" } });
    await expect(renameAudience(ctx, { audienceId, name: "Other" })).rejects.toMatchObject({ code: "conflict" });
  });

  it("is for those who may write audiences of their own account", async () => {
    const account = await createTestAccount(database);
    const other = await marketer();
    const { audienceId } = await importFile(account.as("admin"), generateRows(3));
    for (const change of [
      (ctx: TenantContext) => archiveAudience(ctx, audienceId),
      (ctx: TenantContext) => renameAudience(ctx, { audienceId, name: "Mine" }),
    ]) {
      await expect(change(account.as("support"))).rejects.toMatchObject({ code: "forbidden" });
      await expect(change(other)).rejects.toMatchObject({ code: "not_found" });
    }
  });
});
