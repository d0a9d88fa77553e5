/** Migrates and, in demo mode, seeds once; with --check only reads the settings. Run by npm start before anything else. */
import { writeFile } from "node:fs/promises";
import { createPool } from "../lib/server/db/pool";
import { migrate } from "../lib/server/db/migrate";
import { createPrisma } from "../lib/server/db/prisma";
import { seedDemoAccounts } from "../lib/server/demo/seed-accounts";
import { syncDemoCarriers } from "../lib/server/demo/sync-demo-carriers";
import { EnvError, readEnv, type Env } from "../lib/server/env";

async function main(): Promise<void> {
  const env = readEnv(process.env);
  if (process.argv.includes("--check")) return; // the settings are usable: that was the question
  await migrate(env.DATABASE_URL);
  const sql = createPool(env.DATABASE_URL, 4);
  const db = createPrisma(sql);
  try {
    await sql.query("SELECT ensure_dispatch_partitions((now() - interval '1 month')::date, 4)");
    if (env.KAMURJ_DEMO === "1") await seedDemo(db, sql, env);
  } finally {
    await db.$disconnect();
    await sql.end();
  }
}

/** What the demo is made up from: the same month on every machine that starts on the same day. */
const SEED = "kamurj";

async function seedDemo(
  db: ReturnType<typeof createPrisma>,
  sql: ReturnType<typeof createPool>,
  env: Env,
): Promise<void> {
  const webUrl = env.NEXTAUTH_URL;
  const sandboxUrl = process.env.SANDBOX_URL ?? "http://127.0.0.1:4010";
  const addresses = {
    sandboxUrl,
    smppHost: new URL(sandboxUrl).hostname,
    smppPort: Number(process.env.SANDBOX_SMPP_PORT ?? 2775),
    webUrl,
  };
  const history = { seed: SEED, now: new Date(), scale: env.KAMURJ_DEMO_SCALE, imagesUrl: imagesUrlOf(webUrl), sql };
  await seedDemoAccounts(db, addresses, env.KAMURJ_DEMO_HISTORY === "1" ? history : null);
  const subscriptions = await syncDemoCarriers(db, addresses);
  const file = process.env.SANDBOX_SUBSCRIPTIONS_FILE;
  if (file !== undefined) await writeFile(file, JSON.stringify(subscriptions, null, 2), { mode: 0o600 });
}

/** Carriers fetch pictures over https only, except on this machine. */
function imagesUrlOf(webUrl: string): string {
  const { protocol, hostname, origin } = new URL(webUrl);
  const isUsable = protocol === "https:" || hostname === "localhost" || hostname.startsWith("127.");
  return `${isUsable ? origin : "https://ararat.example.com"}/demo`;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof EnvError || error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
