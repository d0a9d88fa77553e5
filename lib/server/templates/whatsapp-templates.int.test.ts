import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSandbox, type Sandbox } from "../../../sandbox/start-sandbox";
import { temporaryDirectory } from "../../../sandbox/testing/temporary-directory";
import { createTestAccount, useTestDatabase, type TestAccount } from "../../../tests/int/harness";
import type { WhatsAppTemplateEvent } from "@/lib/carriers/whatsapp/parse-webhook";
import { importApprovedInput } from "@/lib/schemas/whatsapp-templates";
import { campaignGround } from "../campaigns/campaign.fixture";
import { checkApproval } from "../campaigns/check-approval";
import { insertConnection } from "../connections/save-connection";
import { applyTemplateEvents } from "./apply-template-events";
import { getTemplateApproval } from "./get-template-approval";
import { getTemplate } from "./get-template";
import { importApprovedTemplate } from "./import-approved-template";
import { listApprovedTemplates } from "./list-approved-templates";
import { syncEveryAccount } from "./sync-every-account";
import { syncWhatsAppTemplates } from "./sync-whatsapp-templates";
import { logger } from "../logger";

Object.assign(process.env, {
  DATABASE_URL: "postgresql://unused.example/unused",
  NEXTAUTH_SECRET: "n".repeat(32),
  NEXTAUTH_URL: "https://desk.example",
  KAMURJ_SECRET_KEY: "0".repeat(64),
});

const database = useTestDatabase();
const directory = temporaryDirectory();
const TOKEN = "token-of-a-system-user";
let sandbox: Sandbox;
let lastWaba = 900_000;

beforeAll(async () => {
  const whatsapp = Array.from({ length: 40 }, (_, i) => ({
    ...{
      phoneNumberId: String(100_000 + i),
      wabaId: String(900_001 + i),
      accessToken: TOKEN,
      appSecret: "s".repeat(16),
    },
  }));
  sandbox = await startSandbox({ dataDir: directory.path, subscriptions: { whatsapp } });
});
afterAll(async () => {
  await sandbox.stop();
  directory.remove();
});

const BUTTONS = { type: "BUTTONS", buttons: [{ type: "URL", text: "More", url: "https://bank.example/x" }] };
const BODY = { type: "BODY", text: "{{first_name}}, 20% off this week." };
const OFFER = { name: "offer", language: "en", components: [BODY, BUTTONS] };

async function atMeta(wabaId: string, templates: readonly object[]): Promise<void> {
  const answer = await fetch(`http://127.0.0.1:${sandbox.httpPort}/_sandbox/templates`, {
    method: "PUT",
    body: JSON.stringify({ wabaId, templates }),
  });
  expect(answer.status).toBe(200);
}

async function connected(accessToken = TOKEN) {
  const account = await createTestAccount(database);
  lastWaba += 1;
  const wabaId = String(lastWaba);
  const { id } = await database.db.$transaction((tx) =>
    insertConnection(
      tx,
      account.accountId,
      "Main number",
      {
        kind: "whatsapp_cloud",
        config: { baseUrl: `http://127.0.0.1:${sandbox.httpPort}`, phoneNumberId: "100000", wabaId },
        secrets: { accessToken, appSecret: "s".repeat(16), verifyToken: "v".repeat(16) },
      },
      80,
    ),
  );
  return { account, wabaId, connectionId: id };
}

async function running(account: TestAccount, templateId: string, audienceId: string): Promise<string> {
  const { id } = await database.db.campaign.create({
    data: {
      ...{ accountId: account.accountId, name: "Offer", category: "marketing", templateId, templateVersion: 1 },
      ...{ audienceId, route: "whatsapp-sms", waitS: 90, status: "running" },
    },
  });
  return id;
}

const campaign = (id: string) => database.db.campaign.findFirstOrThrow({ where: { id } });
const pauses = (account: TestAccount) =>
  database.db.auditEntry.count({ where: { accountId: account.accountId, action: "campaign.paused_by_fault" } });

function event(wabaId: string, change: Partial<WhatsAppTemplateEvent> = {}): WhatsAppTemplateEvent {
  return {
    ...{ businessAccountId: wabaId, templateName: "offer", language: "en", event: "PAUSED", reason: null },
    ...{ category: null, quality: null, carrierTimeMs: Date.now() + 60_000, ...change },
  };
}

describe("syncWhatsAppTemplates", () => {
  it("reads every page, follows each change, and forgets what is no longer there", async () => {
    const { account, wabaId } = await connected();
    const ctx = account.as("marketer");
    await atMeta(
      wabaId,
      Array.from({ length: 120 }, (_, i) => ({ ...OFFER, name: `offer_${i}`, message_send_ttl_seconds: -1 })),
    );
    expect(await syncWhatsAppTemplates(ctx)).toEqual({ read: 1, failed: 0 });
    const { templates } = await listApprovedTemplates(ctx);
    expect(templates).toHaveLength(120);
    expect(templates[0]).toMatchObject({ state: "approved", obstacle: null, ttlS: 2_592_000, template: null });
    await atMeta(wabaId, [{ ...OFFER, status: "REJECTED", rejected_reason: "PROMOTIONAL" }]);
    await syncWhatsAppTemplates(ctx);
    expect((await listApprovedTemplates(ctx)).templates).toMatchObject([
      { name: "offer", state: "rejected", reason: "PROMOTIONAL" },
    ]);
  });

  it("says that reading failed, keeps what was read, and tries the next account all the same", async () => {
    const [broken, fine] = [await connected("wrong-token-wrong-token"), await connected()];
    await atMeta(fine.wabaId, [OFFER]);
    await syncEveryAccount({ db: database.db, sql: database.sql, now: () => new Date() }, logger(), null);
    const seen = await listApprovedTemplates(broken.account.as("marketer"));
    expect(seen.accounts).toMatchObject([{ problem: "wrong_token", syncedAt: null }]);
    expect((await listApprovedTemplates(fine.account.as("marketer"))).templates).toHaveLength(1);
  });

  it("is for who may write templates, and shows nothing of another account", async () => {
    const { account, wabaId } = await connected();
    await atMeta(wabaId, [OFFER]);
    await expect(syncWhatsAppTemplates(account.as("support"))).rejects.toMatchObject({ code: "forbidden" });
    await syncWhatsAppTemplates(account.as("admin"));
    const other = await createTestAccount(database);
    expect(await listApprovedTemplates(other.as("admin"))).toEqual({ accounts: [], templates: [] });
  });
});

describe("getTemplateApproval and checkApproval", () => {
  it("tells unknown, missing, approved and stopped apart, and stops the launch on what would be refused", async () => {
    const { account, wabaId } = await connected();
    const ctx = account.as("marketer");
    const { content } = await campaignGround(database, account);
    expect(await getTemplateApproval(ctx, content)).toMatchObject([{ state: "unknown" }]);
    expect(await checkApproval(ctx, content)).toMatchObject({ problems: [], warnings: [{ kind: "template_unknown" }] });
    await atMeta(wabaId, [{ ...OFFER, language: "ru" }]);
    await syncWhatsAppTemplates(ctx);
    expect(await getTemplateApproval(ctx, content)).toMatchObject([
      { state: "missing", languages: [{ language: "ru", state: "approved" }] },
    ]);
    for (const [status, state] of [
      ["PENDING", "in_review"],
      ["PAUSED", "paused"],
    ] as const) {
      await atMeta(wabaId, [{ ...OFFER, status }]);
      await syncWhatsAppTemplates(ctx);
      expect((await checkApproval(ctx, content)).problems).toMatchObject([{ kind: "template_state", state }]);
    }
    await atMeta(wabaId, [{ ...OFFER, category: "UTILITY" }]);
    await syncWhatsAppTemplates(ctx);
    expect(await checkApproval(ctx, content)).toMatchObject({
      problems: [],
      warnings: [{ kind: "template_category" }],
    });
    await atMeta(wabaId, [{ ...OFFER, components: [{ type: "BODY", text: "Hello" }] }]);
    await syncWhatsAppTemplates(ctx);
    expect((await checkApproval(ctx, content)).problems).toMatchObject([{ kind: "template_differs" }]);
  });
});

describe("applyTemplateEvents", () => {
  it("pauses the campaigns that send the template, once, and leaves them to a person's decision after that", async () => {
    const { account, wabaId, connectionId } = await connected();
    const { templateId, audienceId } = await campaignGround(database, account);
    const id = await running(account, templateId, audienceId);
    const from = { id: connectionId, accountId: account.accountId };
    const dependencies = { db: database.db, sql: database.sql, now: () => new Date() };
    const paused = event(wabaId);
    await Promise.all([1, 2, 3].map(() => applyTemplateEvents(dependencies, from, [paused])));
    expect(await campaign(id)).toMatchObject({ status: "paused", pausedReason: "whatsapp:132015" });
    expect(await pauses(account)).toBe(1);
    await database.db.campaign.updateMany({ where: { id }, data: { status: "running" } });
    await applyTemplateEvents(dependencies, from, [paused]);
    expect((await campaign(id)).status).toBe("running");
  });

  it("takes the newest word whatever the order, also against a list that was read before", async () => {
    const { account, wabaId, connectionId } = await connected();
    const ctx = account.as("marketer");
    const { content } = await campaignGround(database, account);
    const from = { id: connectionId, accountId: account.accountId };
    const dependencies = { db: database.db, sql: database.sql, now: () => new Date() };
    const at = Date.now() + 60_000;
    const state = async () => (await getTemplateApproval(ctx, content))[0]?.state;
    await applyTemplateEvents(dependencies, from, [event(wabaId, { event: "APPROVED", carrierTimeMs: at })]);
    await applyTemplateEvents(dependencies, from, [event(wabaId, { event: "APPROVED", carrierTimeMs: at + 9_000 })]);
    await applyTemplateEvents(dependencies, from, [event(wabaId, { event: "PAUSED", carrierTimeMs: at + 5_000 })]);
    expect(await state()).toBe("approved");
    await atMeta(wabaId, [{ ...OFFER, status: "DISABLED" }]);
    await syncWhatsAppTemplates(ctx);
    expect(await state()).toBe("approved");
    await syncWhatsAppTemplates(account.as("marketer", { now: () => new Date(at + 60_000) }));
    expect(await state()).toBe("disabled");
  });

  it("touches no other template, language, business account or account", async () => {
    const { account, wabaId, connectionId } = await connected();
    const { templateId, audienceId } = await campaignGround(database, account);
    const id = await running(account, templateId, audienceId);
    const stranger = await connected();
    const dependencies = { db: database.db, sql: database.sql, now: () => new Date() };
    const own = { id: connectionId, accountId: account.accountId };
    await applyTemplateEvents(dependencies, own, [
      event(wabaId, { language: "ru" }),
      event(wabaId, { templateName: "other" }),
      event("123456789"),
      event(wabaId, { templateName: "nul \u0000", reason: "half \ud83d" }),
      event(wabaId, { event: "FLAGGED", quality: "RED" }),
    ]);
    await applyTemplateEvents(dependencies, { id: stranger.connectionId, accountId: stranger.account.accountId }, [
      event(wabaId),
    ]);
    expect((await campaign(id)).status).toBe("running");
  });
});

describe("importApprovedTemplate", () => {
  it("makes a template that sends the approved one, once by that name", async () => {
    const { account, wabaId, connectionId } = await connected();
    const ctx = account.as("marketer");
    await atMeta(wabaId, [OFFER, { ...OFFER, name: "clip", components: [BODY, { type: "HEADER", format: "VIDEO" }] }]);
    await syncWhatsAppTemplates(ctx);
    const input = { connectionId, name: "offer", language: "en" };
    const { templateId } = await importApprovedTemplate(ctx, input);
    const { content } = await getTemplate(ctx, templateId);
    expect(await getTemplateApproval(ctx, content)).toMatchObject([{ state: "approved", differences: [] }]);
    const listed = (await listApprovedTemplates(ctx)).templates;
    expect(listed).toMatchObject([
      { name: "clip", obstacle: "header" },
      { name: "offer", template: { id: templateId } },
    ]);
    await expect(importApprovedTemplate(ctx, input)).rejects.toMatchObject({ code: "invalid_input" });
    await expect(importApprovedTemplate(ctx, { ...input, name: "clip" })).rejects.toMatchObject({ code: "conflict" });
  });

  it("refuses the wrong role, another account's and what was never there", async () => {
    const { account, wabaId, connectionId } = await connected();
    await atMeta(wabaId, [OFFER]);
    await syncWhatsAppTemplates(account.as("admin"));
    const input = { connectionId, name: "offer", language: "en" };
    const other = await createTestAccount(database);
    await expect(importApprovedTemplate(account.as("support"), input)).rejects.toMatchObject({ code: "forbidden" });
    await expect(importApprovedTemplate(other.as("admin"), input)).rejects.toMatchObject({ code: "not_found" });
    const missing = { ...input, connectionId: randomUUID() };
    await expect(importApprovedTemplate(account.as("admin"), missing)).rejects.toMatchObject({ code: "not_found" });
    for (const bad of [{ ...input, name: "a\u0000" }, { ...input, language: "e'; --" }, { ...input, more: 1 }, null]) {
      expect(importApprovedInput.safeParse(bad).success).toBe(false);
    }
  });
});
