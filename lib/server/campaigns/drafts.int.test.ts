import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createDraftInput, listCampaignsInput, updateDraftInput } from "@/lib/schemas/campaigns";
import { createTestAccount, useTestDatabase } from "../../../tests/int/harness";
import { createTemplate } from "../templates/create-template";
import { saveTemplate } from "../templates/save-template";
import { addConnection, addPeople, campaignGround } from "./campaign.fixture";
import { createDraft } from "./create-draft";
import { deleteDraft } from "./delete-draft";
import { duplicateCampaign } from "./duplicate-campaign";
import { getCampaign } from "./get-campaign";
import { listCampaigns } from "./list-campaigns";
import { requireLaunchable } from "./require-launchable";
import { updateDraft } from "./update-draft";

const database = useTestDatabase();

async function withDraft() {
  const account = await createTestAccount(database);
  const ground = await campaignGround(database, account);
  const { campaignId } = await createDraft(account.as("marketer"), { name: "Spring", audienceId: ground.audienceId });
  const { updatedAt } = await getCampaign(account.as("marketer"), campaignId);
  return { account, ...ground, campaignId, updatedAt };
}

describe("createDraft", () => {
  it("keeps the first step, with the last template and the account's wait until others are chosen", async () => {
    const { account, campaignId, audienceId, templateId } = await withDraft();
    expect(await getCampaign(account.as("support"), campaignId)).toMatchObject({
      ...{ status: "draft", name: "Spring", waitS: 90, draftStep: "message", fallbackMode: "inherit" },
      audience: { id: audienceId, people: 0 },
      template: { id: templateId, version: 1, archived: false },
    });
  });

  it("refuses the wrong role, a foreign audience, and an account without a template", async () => {
    const { account, audienceId } = await withDraft();
    const other = await createTestAccount(database);
    const input = { name: "X", audienceId };
    await expect(createDraft(account.as("support"), input)).rejects.toMatchObject({ code: "forbidden" });
    await expect(createDraft(account.as("developer"), input)).rejects.toMatchObject({ code: "forbidden" });
    await expect(createDraft(other.as("admin"), input)).rejects.toMatchObject({ code: "not_found" });
    const audience = await database.db.audience.create({ data: { accountId: other.accountId, name: "A" } });
    await expect(createDraft(other.as("admin"), { name: "X", audienceId: audience.id })).rejects.toMatchObject({
      code: "conflict",
      messageKey: "campaign.noTemplate",
    });
    expect((await listCampaigns(other.as("admin"))).campaigns).toEqual([]);
  });

  it("refuses input of the wrong shape or size before it reaches the use case", () => {
    const audienceId = randomUUID();
    expect(createDraftInput.safeParse({ name: "'; DROP TABLE campaign; --", audienceId }).success).toBe(true);
    for (const name of ["", "  ", "a".repeat(121), "a\u0000b", 5, null]) {
      expect(createDraftInput.safeParse({ name, audienceId }).success).toBe(false);
    }
    const change = { campaignId: audienceId, updatedAt: new Date().toISOString() };
    for (const wrong of [{ waitS: 1.5 }, { waitS: 1e9 }, { route: "fax" }, { fallbackMode: "maybe" }, { step: "x" }]) {
      expect(updateDraftInput.safeParse({ ...change, change: wrong }).success).toBe(false);
    }
    expect(updateDraftInput.safeParse({ ...change, updatedAt: "yesterday", change: {} }).success).toBe(false);
    expect(listCampaignsInput.safeParse({ before: "x' OR 1=1" }).success).toBe(false);
  });
});

describe("updateDraft", () => {
  it("saves each step, and takes the template's current version with the category's own wait", async () => {
    const { account, campaignId, updatedAt, content } = await withDraft();
    const ctx = account.as("marketer");
    const code = await createTemplate(ctx, {
      name: "Code",
      content: {
        ...content,
        ...{ category: "authentication", body: "Your code is {{code}}" },
        whatsapp: { ...content.whatsapp, buttons: [] },
        viber: { imageUrl: null, button: null },
      },
    });
    const first = await updateDraft(ctx, {
      ...{ campaignId, updatedAt },
      change: { templateId: code.templateId, step: "route" },
    });
    expect(await getCampaign(ctx, campaignId)).toMatchObject({
      category: "authentication",
      waitS: 20,
      draftStep: "route",
    });
    await updateDraft(ctx, {
      ...{ campaignId, updatedAt: first.updatedAt },
      change: { route: "whatsapp-viber-sms", waitS: 45, fallbackMode: "off", step: "review" },
    });
    expect(await getCampaign(ctx, campaignId)).toMatchObject({
      ...{ route: "whatsapp-viber-sms", waitS: 45, fallbackMode: "off", draftStep: "review" },
    });
  });

  it("of two tabs lets the first win, and never touches a launched campaign", async () => {
    const { account, campaignId, updatedAt } = await withDraft();
    const save = (name: string) => updateDraft(account.as("marketer"), { campaignId, updatedAt, change: { name } });
    const results = await Promise.allSettled([save("one"), save("two")]);
    const lost = results.filter((result) => result.status === "rejected");
    expect(lost).toHaveLength(1);
    expect(lost[0]?.reason).toMatchObject({ code: "conflict", messageKey: "campaign.draftChanged" });
    await database.db.campaign.updateMany({ where: { id: campaignId }, data: { status: "running" } });
    await expect(save("three")).rejects.toMatchObject({ code: "conflict", messageKey: "campaign.notDraft" });
  });

  it("refuses the wrong role, another account, foreign parts and a wait beyond the category's limits", async () => {
    const { account, campaignId, updatedAt } = await withDraft();
    const foreign = await withDraft();
    const base = { campaignId, updatedAt };
    const ctx = account.as("admin");
    await expect(updateDraft(account.as("support"), { ...base, change: {} })).rejects.toMatchObject({
      code: "forbidden",
    });
    await expect(updateDraft(foreign.account.as("admin"), { ...base, change: {} })).rejects.toMatchObject({
      code: "not_found",
    });
    for (const change of [{ templateId: foreign.templateId }, { audienceId: foreign.audienceId }]) {
      await expect(updateDraft(ctx, { ...base, change })).rejects.toMatchObject({ code: "not_found" });
    }
    await expect(updateDraft(ctx, { ...base, change: { waitS: 5 } })).rejects.toMatchObject({
      code: "invalid_input",
      fields: { "change.waitS": "field.tooSmall" },
    });
    expect((await getCampaign(ctx, campaignId)).updatedAt).toBe(updatedAt);
  });
});

describe("duplicateCampaign and deleteDraft", () => {
  it("copies with the template's current version and opens at the audience", async () => {
    const { account, campaignId, templateId, content } = await withDraft();
    const ctx = account.as("marketer");
    await saveTemplate(ctx, { templateId, baseVersion: 1, name: "Offer", content });
    const copy = await duplicateCampaign(ctx, { campaignId, name: "Spring (copy)" });
    expect(await getCampaign(ctx, copy.campaignId)).toMatchObject({
      ...{ name: "Spring (copy)", status: "draft", draftStep: "audience" },
      template: { id: templateId, version: 2 },
    });
    const foreign = await createTestAccount(database);
    const input = { campaignId, name: "X" };
    await expect(duplicateCampaign(foreign.as("admin"), input)).rejects.toMatchObject({ code: "not_found" });
    await expect(duplicateCampaign(account.as("support"), input)).rejects.toMatchObject({ code: "forbidden" });
  });

  it("deletes a draft once, and nothing that was launched", async () => {
    const { account, campaignId } = await withDraft();
    const foreign = await createTestAccount(database);
    await expect(deleteDraft(foreign.as("admin"), campaignId)).rejects.toMatchObject({ code: "not_found" });
    await expect(deleteDraft(account.as("support"), campaignId)).rejects.toMatchObject({ code: "forbidden" });
    const both = await Promise.allSettled([
      deleteDraft(account.as("admin"), campaignId),
      deleteDraft(account.as("marketer"), campaignId),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const second = await withDraft();
    await database.db.campaign.updateMany({ where: { id: second.campaignId }, data: { status: "running" } });
    await expect(deleteDraft(second.account.as("admin"), second.campaignId)).rejects.toMatchObject({
      code: "conflict",
    });
  });
});

describe("requireLaunchable", () => {
  it("names what stands in the way, one after the other, and lets a whole draft pass", async () => {
    const { account, campaignId, audienceId, updatedAt } = await withDraft();
    const ctx = account.as("marketer");
    const launch = () => requireLaunchable(ctx, { campaignId, updatedAt });
    await expect(launch()).rejects.toMatchObject({ code: "conflict", messageKey: "campaign.noPeople" });
    await addPeople(database, account, audienceId, [{ e164: "+37491000001" }]);
    await expect(launch()).rejects.toMatchObject({
      messageKey: "campaign.noConnection",
      values: { channel: "WhatsApp" },
    });
    await addConnection(database, account, "whatsapp");
    await expect(launch()).rejects.toMatchObject({ messageKey: "campaign.noConnection", values: { channel: "SMS" } });
    await addConnection(database, account, "sms");
    await expect(launch()).resolves.toBeUndefined();
    const stale = requireLaunchable(ctx, { campaignId, updatedAt: "2020-01-01T00:00:00.000Z" });
    await expect(stale).rejects.toMatchObject({ messageKey: "campaign.draftChanged" });
    const foreign = await createTestAccount(database);
    await expect(requireLaunchable(foreign.as("admin"), { campaignId, updatedAt })).rejects.toMatchObject({
      code: "not_found",
    });
    await expect(requireLaunchable(account.as("support"), { campaignId, updatedAt })).rejects.toMatchObject({
      code: "forbidden",
    });
  });
});

describe("listCampaigns", () => {
  it("pages newest first without gaps or repeats, also among campaigns of one moment", async () => {
    const { account, audienceId, templateId } = await withDraft();
    const { accountId } = account;
    const createdAt = new Date("2026-01-01T00:00:00Z");
    await database.db.campaign.createMany({
      data: Array.from({ length: 60 }, (_, index) => ({
        ...{ accountId, audienceId, templateId, templateVersion: 1, category: "marketing" },
        ...{ name: `C${index}`, route: "viber-sms", waitS: 90, createdAt },
      })),
    });
    const first = await listCampaigns(account.as("support"));
    const second = await listCampaigns(account.as("support"), { before: first.older ?? "" });
    const ids = [...first.campaigns, ...second.campaigns].map(({ id }) => id);
    expect(first.campaigns[0]?.name).toBe("Spring");
    expect(new Set(ids).size).toBe(61);
    expect(second.older).toBeNull();
    await expect(listCampaigns(account.as("developer"))).rejects.toMatchObject({ code: "forbidden" });
  });
});
