import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { classifyRefusal } from "@/lib/domain/carrier-codes/classify-refusal";
import { campaignGround } from "@/lib/server/campaigns/campaign.fixture";
import { getCampaignProgress } from "@/lib/server/campaigns/get-campaign-progress";
import { insertConnection } from "@/lib/server/connections/save-connection";
import { resumeCampaign } from "@/lib/server/dispatch/campaigns/resume-campaign";
import { syncWhatsAppTemplates } from "@/lib/server/templates/sync-whatsapp-templates";
import carrierCodes from "@/messages/en/carrierCodes.json";
import { startSandbox, type Sandbox } from "@/sandbox/start-sandbox";
import { temporaryDirectory } from "@/sandbox/testing/temporary-directory";
import { createTestAccount, useTestDatabase, type TestAccount } from "@/tests/int/harness";
import * as whatsAppRoute from "./whatsapp/[token]/route";

const database = useTestDatabase();
const directory = temporaryDirectory();
const [WABA, TOKEN, APP_SECRET] = ["900001", "token-of-a-system-user", "s".repeat(16)];
let web: Server;
let sandbox: Sandbox;
let account: TestAccount;
let campaignId: string;

/** The web app's own route, reached over a socket as the carrier reaches it. */
async function answer(request: IncomingMessage): Promise<Response> {
  const token = request.url?.split("/").at(-1) ?? "";
  const headers = { "x-hub-signature-256": String(request.headers["x-hub-signature-256"]) };
  const forwarded = new Request(`http://desk.example${request.url}`, {
    method: "POST",
    body: await text(request),
    headers,
  });
  return whatsAppRoute.POST(forwarded, { params: Promise.resolve({ token }) });
}

beforeAll(async () => {
  Object.assign(process.env, {
    ...{ DATABASE_URL: database.url, NEXTAUTH_SECRET: "n".repeat(32), NEXTAUTH_URL: "https://desk.example" },
    KAMURJ_SECRET_KEY: "0".repeat(64),
  });
  Object.assign(globalThis, { kamurjPool: database.sql, kamurjBatcher: undefined, kamurjConnections: undefined });
  web = createServer((request, response) => {
    void answer(request).then(({ status }) => response.writeHead(status).end());
  });
  await new Promise<void>((resolve) => web.listen(0, "127.0.0.1", resolve));
  account = await createTestAccount(database);
  const webhookUrl = `http://127.0.0.1:${(web.address() as AddressInfo).port}/api/webhooks/whatsapp/`;
  const token = `token-of-${account.accountId}`;
  sandbox = await startSandbox({
    dataDir: directory.path,
    subscriptions: {
      whatsapp: [
        {
          phoneNumberId: "100000",
          wabaId: WABA,
          accessToken: TOKEN,
          appSecret: APP_SECRET,
          webhookUrl: webhookUrl + token,
        },
      ],
    },
  });
  const { id } = await database.db.$transaction((tx) =>
    insertConnection(
      tx,
      account.accountId,
      "Main number",
      {
        kind: "whatsapp_cloud",
        config: { baseUrl: `http://127.0.0.1:${sandbox.httpPort}`, phoneNumberId: "100000", wabaId: WABA },
        secrets: { accessToken: TOKEN, appSecret: APP_SECRET, verifyToken: "v".repeat(16) },
      },
      80,
    ),
  );
  await database.db.connection.updateMany({ where: { id }, data: { webhookToken: token } });
  const { templateId, audienceId } = await campaignGround(database, account);
  const campaign = await database.db.campaign.create({
    data: {
      ...{ accountId: account.accountId, name: "Offer", category: "marketing", templateId, templateVersion: 1 },
      ...{ audienceId, route: "whatsapp-sms", waitS: 90, status: "running" },
    },
  });
  campaignId = campaign.id;
  await tell("", "PUT", {
    templates: [
      {
        ...{ name: "offer", language: "en" },
        components: [
          { type: "BODY", text: "{{first_name}}, 20% off this week." },
          { type: "BUTTONS", buttons: [{ type: "URL", text: "More", url: "https://bank.example/x" }] },
        ],
      },
    ],
  });
  await syncWhatsAppTemplates(account.as("marketer"));
});
afterAll(async () => {
  await sandbox.stop();
  await new Promise((resolve) => web.close(resolve));
  directory.remove();
});

async function tell(path: string, method: string, what: object): Promise<unknown> {
  const body = JSON.stringify({ wabaId: WABA, ...what });
  const answered = await fetch(`http://127.0.0.1:${sandbox.httpPort}/_sandbox/templates${path}`, { method, body });
  expect(answered.status).toBe(200);
  return answered.json();
}

const decide = (event: string) => tell("/event", "POST", { name: "offer", language: "en", event });
const progress = () => getCampaignProgress(account.as("marketer"), campaignId);

describe("a template that WhatsApp pauses and gives back", () => {
  it("pauses the running campaign by the signed webhook, with a reason that is a sentence", async () => {
    expect(await decide("PAUSED")).toEqual({ webhook: 200 });
    const { status, pausedReason, templateIsBack } = await progress();
    expect([status, pausedReason, templateIsBack]).toEqual(["paused", "whatsapp:132015", false]);
    const key = classifyRefusal("whatsapp", "132015", "refusal").messageKey.split(".");
    const sentence = key.reduce<unknown>((at, part) => (at as Record<string, unknown>)[part], carrierCodes);
    expect(sentence).toMatch(/template/i);
  });

  it("says that it may be resumed once WhatsApp has approved it again, and leaves that to a person", async () => {
    expect(await decide("APPROVED")).toEqual({ webhook: 200 });
    expect(await progress()).toMatchObject({ status: "paused", templateIsBack: true });
    await resumeCampaign(account.as("marketer"), campaignId);
    expect(await progress()).toMatchObject({ status: "running", pausedReason: null, templateIsBack: false });
  });

  it("a webhook that nobody signed, or with another's secret, pauses nothing", async () => {
    const body = JSON.stringify({ object: "whatsapp_business_account", entry: [] });
    const url = `http://127.0.0.1:${(web.address() as AddressInfo).port}/api/webhooks/whatsapp/token-of-${account.accountId}`;
    const headers = { "x-hub-signature-256": `sha256=${"0".repeat(64)}` };
    expect((await fetch(url, { method: "POST", body, headers })).status).toBe(401);
    expect((await progress()).status).toBe("running");
  });

  it("one that a person paused does not claim to wait for WhatsApp", async () => {
    await database.db.campaign.updateMany({
      where: { id: campaignId },
      data: { status: "paused", pausedReason: null },
    });
    expect(await progress()).toMatchObject({ status: "paused", templateIsBack: false });
  });
});
