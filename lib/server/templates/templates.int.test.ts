import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { TemplateContent } from "@/lib/domain/template-content";
import { saveTemplateInput } from "@/lib/schemas/templates";
import { createTestAccount, useTestDatabase } from "../../../tests/int/harness";
import { createTemplate } from "./create-template";
import { duplicateTemplate } from "./duplicate-template";
import { getTemplate } from "./get-template";
import { listTemplateVariables } from "./list-template-variables";
import { listTemplates } from "./list-templates";
import { saveTemplate } from "./save-template";
import { setTemplateArchived } from "./set-template-archived";

const database = useTestDatabase();

function content(change: Partial<TemplateContent> = {}): TemplateContent {
  return {
    language: "hy",
    category: "marketing",
    body: "{{first_name|Հարգելի հաճախորդ}}, այս շաբաթ՝ 20% զեղչ։",
    whatsapp: {
      imageUrl: "https://cdn.example/offer.png",
      footer: null,
      buttons: [{ kind: "url", label: "Իմանալ ավելին", url: "https://bank.example/x" }],
      templateName: "november_offer",
    },
    viber: { imageUrl: null, button: { kind: "url", label: "Իմանալ ավելին", url: "https://bank.example/x" } },
    sms: { text: null, keepLink: true },
    ...change,
  };
}

describe("createTemplate and getTemplate", () => {
  it("stores what was written as version 1 and audits who did it", async () => {
    const account = await createTestAccount(database);
    const ctx = account.as("marketer");
    const { templateId } = await createTemplate(ctx, { name: "November", content: content() });
    const template = await getTemplate(account.as("support"), templateId);
    expect(template).toMatchObject({ name: "November", version: 1, archived: false, updatedBy: "Test marketer" });
    expect(template.content).toEqual(content());
    const audit = await database.db.auditEntry.findFirst({ where: { accountId: account.accountId } });
    expect(audit).toMatchObject({ action: "template.created", target: templateId, actorId: account.userIds.marketer });
  });

  it("refuses roles that may not write, and shows nothing of another account", async () => {
    const account = await createTestAccount(database);
    const other = await createTestAccount(database);
    const input = { name: "N", content: content() };
    await expect(createTemplate(account.as("support"), input)).rejects.toMatchObject({ code: "forbidden" });
    await expect(createTemplate(account.as("developer"), input)).rejects.toMatchObject({ code: "forbidden" });
    const { templateId } = await createTemplate(account.as("admin"), input);
    await expect(getTemplate(other.as("admin"), templateId)).rejects.toMatchObject({ code: "not_found" });
    expect(await listTemplates(other.as("admin"))).toEqual([]);
  });

  it("refuses a name that is taken, whatever its case, with the field named", async () => {
    const account = await createTestAccount(database);
    const ctx = account.as("marketer");
    await createTemplate(ctx, { name: "Offer", content: content() });
    await expect(createTemplate(ctx, { name: "OFFER", content: content() })).rejects.toMatchObject({
      code: "invalid_input",
      fields: { name: "template.nameTaken" },
    });
    const both = await Promise.allSettled([
      createTemplate(ctx, { name: "Race", content: content() }),
      createTemplate(ctx, { name: "race", content: content() }),
    ]);
    expect(both.map((result) => result.status).sort()).toEqual(["fulfilled", "rejected"]);
  });

  it("refuses what carriers would refuse and writes nothing", async () => {
    const account = await createTestAccount(database);
    const ctx = account.as("marketer");
    const bad = [
      content({ body: "" }),
      content({ body: "x".repeat(1_025) }),
      content({ body: "{{first name}" }),
      content({ category: "authentication" }),
      content({ viber: { imageUrl: "javascript:alert(1)", button: null } }),
      content({ whatsapp: { ...content().whatsapp, imageUrl: "http://cdn.example/a.png" } }),
      content({ sms: { text: " ", keepLink: false } }),
    ];
    for (const wrong of bad) {
      await expect(createTemplate(ctx, { name: "Bad", content: wrong })).rejects.toMatchObject({
        code: "invalid_input",
      });
    }
    expect(await listTemplates(ctx)).toEqual([]);
  });

  it("keeps hostile text as text", async () => {
    const account = await createTestAccount(database);
    const body = `'); DROP TABLE template; -- <script>alert(1)</script> {{constructor|__proto__}}`;
    const { templateId } = await createTemplate(account.as("marketer"), {
      name: "<img src=x onerror=alert(1)>",
      content: content({ body }),
    });
    expect((await getTemplate(account.as("marketer"), templateId)).content.body).toBe(body);
  });
});

describe("saveTemplate", () => {
  it("writes the next version and leaves the earlier one as it was", async () => {
    const account = await createTestAccount(database);
    const ctx = account.as("marketer");
    const { templateId } = await createTemplate(ctx, { name: "A", content: content() });
    const next = content({ body: "Barev, {{first_name|friend}}", category: "utility" });
    const saved = await saveTemplate(ctx, { templateId, baseVersion: 1, name: "B", content: next });
    expect(saved).toEqual({ version: 2 });
    expect(await getTemplate(ctx, templateId)).toMatchObject({ name: "B", version: 2, content: next });
    expect((await getTemplate(ctx, templateId, 1)).content).toEqual(content());
    await expect(
      database.sql.query("UPDATE template_version SET content = '{}' WHERE template_id = $1", [templateId]),
    ).rejects.toThrow("never changed");
  });

  it("of two editors lets the first win and tells the second which version is there", async () => {
    const account = await createTestAccount(database);
    const { templateId } = await createTemplate(account.as("marketer"), { name: "A", content: content() });
    const save = (role: "admin" | "marketer", body: string) =>
      saveTemplate(account.as(role), { templateId, baseVersion: 1, name: "A", content: content({ body }) });
    const results = await Promise.allSettled([save("admin", "one"), save("marketer", "two")]);
    const lost = results.filter((result) => result.status === "rejected");
    expect(lost).toHaveLength(1);
    expect(lost[0]?.reason).toMatchObject({ code: "conflict", messageKey: "template.changed", values: { version: 2 } });
    const { rows } = await database.sql.query("SELECT version FROM template_version WHERE template_id = $1", [
      templateId,
    ]);
    expect(rows).toHaveLength(2);
  });

  it("refuses the wrong role, another account's template and one that was never there", async () => {
    const account = await createTestAccount(database);
    const other = await createTestAccount(database);
    const { templateId } = await createTemplate(account.as("marketer"), { name: "A", content: content() });
    const input = { templateId, baseVersion: 1, name: "A", content: content() };
    await expect(saveTemplate(account.as("support"), input)).rejects.toMatchObject({ code: "forbidden" });
    await expect(saveTemplate(other.as("admin"), input)).rejects.toMatchObject({ code: "not_found" });
    await expect(saveTemplate(account.as("admin"), { ...input, templateId: randomUUID() })).rejects.toMatchObject({
      code: "not_found",
    });
    expect((await getTemplate(account.as("admin"), templateId)).version).toBe(1);
  });

  it("refuses input of the wrong shape or size before it reaches the use case", () => {
    const good = { templateId: randomUUID(), baseVersion: 1, name: "A", content: content() };
    expect(saveTemplateInput.safeParse(good).success).toBe(true);
    const bad: unknown[] = [
      { ...good, name: " " },
      { ...good, name: "a".repeat(121) },
      { ...good, name: "a\u0000b" },
      { ...good, baseVersion: 0 },
      { ...good, templateId: "1 OR 1=1" },
      { ...good, content: { ...content(), body: "x".repeat(8_001) } },
      { ...good, content: { ...content(), category: "spam" } },
      { ...good, content: { ...content(), body: "nul \u0000" } },
      { ...good, content: { ...content(), body: "half \ud83d" } },
      { ...good, content: null },
    ];
    for (const input of bad) expect(saveTemplateInput.safeParse(input).success).toBe(false);
  });
});

describe("setTemplateArchived", () => {
  it("hides the template, frees its name, and brings it back", async () => {
    const account = await createTestAccount(database);
    const ctx = account.as("marketer");
    const { templateId } = await createTemplate(ctx, { name: "A", content: content() });
    await setTemplateArchived(ctx, templateId, true);
    await setTemplateArchived(ctx, templateId, true);
    expect(await listTemplates(ctx)).toEqual([]);
    expect(await listTemplates(ctx, { archived: true })).toMatchObject([{ id: templateId, archived: true }]);
    const input = { templateId, baseVersion: 1, name: "A", content: content() };
    await expect(saveTemplate(ctx, input)).rejects.toMatchObject({ messageKey: "template.archived" });
    const second = await createTemplate(ctx, { name: "a", content: content() });
    await expect(setTemplateArchived(ctx, templateId, false)).rejects.toMatchObject({ code: "invalid_input" });
    await setTemplateArchived(ctx, second.templateId, true);
    await setTemplateArchived(ctx, templateId, false);
    expect(await listTemplates(ctx)).toMatchObject([{ id: templateId, archived: false }]);
    const audits = await database.db.auditEntry.count({
      where: { accountId: account.accountId, action: "template.archived" },
    });
    expect(audits).toBe(2);
  });

  it("refuses the wrong role and another account", async () => {
    const account = await createTestAccount(database);
    const other = await createTestAccount(database);
    const { templateId } = await createTemplate(account.as("marketer"), { name: "A", content: content() });
    await expect(setTemplateArchived(account.as("support"), templateId, true)).rejects.toMatchObject({
      code: "forbidden",
    });
    await expect(setTemplateArchived(other.as("admin"), templateId, true)).rejects.toMatchObject({ code: "not_found" });
  });

  it("refuses while a draft campaign uses it", async () => {
    const account = await createTestAccount(database);
    const ctx = account.as("marketer");
    const { templateId } = await createTemplate(ctx, { name: "A", content: content() });
    const { accountId } = account;
    const audience = await database.db.audience.create({ data: { accountId, name: "All" } });
    await database.db.campaign.create({
      data: {
        ...{ accountId, name: "Draft", category: "marketing", templateId, templateVersion: 1 },
        ...{ audienceId: audience.id, route: "viber-sms", waitS: 90 },
      },
    });
    await expect(setTemplateArchived(ctx, templateId, true)).rejects.toMatchObject({
      code: "conflict",
      values: { count: 1 },
    });
    expect(await listTemplates(ctx)).toHaveLength(1);
  });
});

describe("duplicateTemplate", () => {
  it("copies the current version under a free name", async () => {
    const account = await createTestAccount(database);
    const ctx = account.as("marketer");
    const { templateId } = await createTemplate(ctx, { name: "A", content: content() });
    const first = await duplicateTemplate(ctx, { templateId, name: "A (copy)" });
    const second = await duplicateTemplate(ctx, { templateId, name: "A (copy)" });
    expect([first.name, second.name]).toEqual(["A (copy)", "A (copy) 2"]);
    expect(await getTemplate(ctx, second.templateId)).toMatchObject({ version: 1, content: content() });
  });

  it("refuses the wrong role and another account", async () => {
    const account = await createTestAccount(database);
    const other = await createTestAccount(database);
    const { templateId } = await createTemplate(account.as("marketer"), { name: "A", content: content() });
    const input = { templateId, name: "B" };
    await expect(duplicateTemplate(account.as("developer"), input)).rejects.toMatchObject({ code: "forbidden" });
    await expect(duplicateTemplate(other.as("admin"), input)).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("listTemplates and listTemplateVariables", () => {
  it("says what each template costs by SMS and searches by a piece of the name, taken literally", async () => {
    const account = await createTestAccount(database);
    const ctx = account.as("marketer");
    await createTemplate(ctx, { name: "100% off_", content: content() });
    await createTemplate(ctx, { name: "Plain", content: content({ language: "en", body: "Hello" }) });
    const all = await listTemplates(account.as("developer"));
    expect(all.map((template) => template.name)).toEqual(["Plain", "100% off_"]);
    expect(all[1]).toMatchObject({ smsEncoding: "ucs2", smsSegments: 1, channels: ["whatsapp", "viber", "sms"] });
    expect(await listTemplates(ctx, { search: "% OFF" })).toHaveLength(1);
    expect(await listTemplates(ctx, { search: "%" })).toHaveLength(1);
    expect(await listTemplates(ctx, { search: "nothing" })).toEqual([]);
  });

  it("offers the attributes that contacts really have, with the longest value", async () => {
    const account = await createTestAccount(database);
    const { accountId } = account;
    const person = (e164: string, attributes: Record<string, string>) => ({
      accountId,
      e164,
      country: "AM",
      attributes,
    });
    await database.db.contact.createMany({
      data: [
        { ...person("+37491000001", { first_name: "Անի", plan: "Gold" }), name: "Անի Սարգսյան" },
        person("+37491000002", { first_name: "Հռիփսիմե" }),
      ],
    });
    const variables = await listTemplateVariables(account.as("marketer"));
    expect(variables.map(({ name }) => name)).toEqual(["first_name", "last_name", "name", "city", "plan"]);
    expect(variables[0]).toMatchObject({ filledShare: 1, longest: "Հռիփսիմե" });
    expect(variables[2]).toMatchObject({ filledShare: 0.5, example: "Անի Սարգսյան" });
    await expect(listTemplateVariables(account.as("support"))).rejects.toMatchObject({ code: "forbidden" });
    const other = await createTestAccount(database);
    expect((await listTemplateVariables(other.as("admin"))).every(({ example }) => example === "")).toBe(true);
  });
});
