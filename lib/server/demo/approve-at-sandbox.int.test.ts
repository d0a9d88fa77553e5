import { afterAll, beforeAll, expect, it } from "vitest";
import { startSandbox, type Sandbox } from "../../../sandbox/start-sandbox";
import { temporaryDirectory } from "../../../sandbox/testing/temporary-directory";
import { createTestAccount, useTestDatabase } from "../../../tests/int/harness";
import { fullTemplate } from "@/lib/domain/template/template.fixture";
import { insertConnection } from "../connections/save-connection";
import { getTemplateApproval } from "../templates/get-template-approval";
import { listApprovedTemplates } from "../templates/list-approved-templates";
import { syncWhatsAppTemplates } from "../templates/sync-whatsapp-templates";
import { approveAtSandbox } from "./approve-at-sandbox";

Object.assign(process.env, {
  DATABASE_URL: "postgresql://unused.example/unused",
  NEXTAUTH_SECRET: "n".repeat(32),
  NEXTAUTH_URL: "https://desk.example",
  KAMURJ_SECRET_KEY: "0".repeat(64),
});

const database = useTestDatabase();
const directory = temporaryDirectory();
const [WABA, TOKEN] = ["900001", "token-of-a-system-user"];
let sandbox: Sandbox;
const start = (): Promise<Sandbox> => {
  const whatsapp = [{ phoneNumberId: "100000", wabaId: WABA, accessToken: TOKEN, appSecret: "s".repeat(16) }];
  return startSandbox({ dataDir: directory.path, subscriptions: { whatsapp } });
};

beforeAll(async () => {
  sandbox = await start();
});
afterAll(async () => {
  await sandbox.stop();
  directory.remove();
});

async function connected(isDemo: boolean, baseUrl = `http://127.0.0.1:${sandbox.httpPort}`) {
  const account = await createTestAccount(database);
  await database.db.account.update({ where: { id: account.accountId }, data: { isDemo } });
  await database.db.$transaction((tx) =>
    insertConnection(
      tx,
      account.accountId,
      "Main number",
      {
        kind: "whatsapp_cloud",
        config: { baseUrl, phoneNumberId: "100000", wabaId: WABA },
        secrets: { accessToken: TOKEN, appSecret: "s".repeat(16), verifyToken: "v".repeat(16) },
      },
      80,
    ),
  );
  return account.as("marketer");
}

const asEnglish = { ...fullTemplate, whatsapp: { ...fullTemplate.whatsapp, language: "en" } };

it("what is saved in a demo account may be launched at once, also after it was changed, and the sandbox remembers it", async () => {
  const ctx = await connected(true);
  await approveAtSandbox(ctx, asEnglish);
  expect(await getTemplateApproval(ctx, asEnglish)).toMatchObject([{ state: "approved", differences: [] }]);
  const changed = { ...asEnglish, body: "{{code|0}} only" };
  await approveAtSandbox(ctx, changed);
  expect(await getTemplateApproval(ctx, changed)).toMatchObject([{ state: "approved", differences: [] }]);
  await sandbox.stop();
  sandbox = await start();
  const later = await connected(true);
  await syncWhatsAppTemplates(later);
  expect(await getTemplateApproval(later, changed)).toMatchObject([{ state: "approved", differences: [] }]);
});

it("nothing is approved under a language that WhatsApp does not have, nor in an account that is not for trying out", async () => {
  const demo = await connected(true);
  await approveAtSandbox(demo, fullTemplate);
  expect((await listApprovedTemplates(demo)).templates).toEqual([]);
  const real = await connected(false);
  await approveAtSandbox(real, asEnglish);
  expect((await listApprovedTemplates(real)).templates).toEqual([]);
});

it("a sandbox that is away keeps nobody from saving", async () => {
  const ctx = await connected(true, "http://127.0.0.1:9");
  await expect(approveAtSandbox(ctx, asEnglish)).resolves.toBeUndefined();
  expect(await getTemplateApproval(ctx, asEnglish)).toMatchObject([{ state: "unknown" }]);
});
