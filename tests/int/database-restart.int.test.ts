import { randomBytes } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { migrate } from "../../lib/server/db/migrate";
import { createPool } from "../../lib/server/db/pool";
import { createPrisma } from "../../lib/server/db/prisma";
import { readRollup, reconstructRollup } from "../../lib/server/dispatch/rollup-reconstruction.fixture";
import { freePort, startEmbeddedDatabase } from "../../scripts/embedded-database.mjs";
import type { TestDatabase } from "./harness";
import {
  countAttempts,
  countOf,
  databaseDirectory,
  faultsOf,
  isCompleted,
  startLiveStack,
  takenTwice,
  until,
  type LiveStack,
} from "./live-stack";

type OwnServer = Awaited<ReturnType<typeof startEmbeddedDatabase>>;

/** A server of its own: it is stopped and started, which no other test must notice. */
async function startOwn() {
  const directory = await databaseDirectory();
  const settings = {
    ...{ dataDir: join(directory, "postgres"), port: await freePort() },
    ...{ password: randomBytes(12).toString("hex"), database: "kamurj" },
  };
  const start = (): Promise<OwnServer> => startEmbeddedDatabase(settings);
  const server = await start();
  await migrate(server.url);
  const sql = createPool(server.url, 5);
  const database: TestDatabase = { url: server.url, sql, db: createPrisma(sql) };
  return { directory, start, server, database };
}

let own: Awaited<ReturnType<typeof startOwn>>;
let server: OwnServer;
let stack: LiveStack;

beforeAll(async () => {
  own = await startOwn();
  server = own.server;
  stack = await startLiveStack(own.database, { ratePerSecond: 150 });
});
afterAll(async () => {
  await stack.stop();
  await own.database.db.$disconnect();
  await own.database.sql.end();
  await server.stop();
  await rm(own.directory, { recursive: true, force: true });
});

describe("PostgreSQL restarted in the middle of a campaign", () => {
  it("worker and webhooks go on by themselves; nothing is lost, nothing sent twice, and the counts are right", async () => {
    const { database } = own;
    const people = 500;
    const worker = await stack.startWorker();
    const campaignId = await stack.launch({ people, waitS: 5, route: "whatsapp-viber-sms" });
    await until("it is in the middle", async () => (await countAttempts(database, campaignId)) >= 120);
    await server.stop();
    server = await own.start();
    expect(await countAttempts(database, campaignId, "step = 0")).toBeLessThan(people);
    await until("the campaign is completed", () => isCompleted(database, campaignId), 90_000);

    expect(worker.child.exitCode).toBeNull();
    const comparison = await stack.compare();
    expect(faultsOf(comparison)).toEqual([]);
    expect(takenTwice(comparison)).toEqual([]);
    expect(countOf(comparison, "messages")).toBe(people);
    // What was delivered while the database was away came again until it was taken.
    await until("every receipt is in", async () => {
      const { rows } = await database.sql.query(
        "SELECT max(received_at) < now() - interval '1 second' AS quiet FROM receipt",
      );
      return rows[0]?.quiet === true;
    });
    const { accountId } = stack.account;
    await until("rollups and rows agree", async () => {
      const [stored, counted] = [
        await readRollup(database.sql, accountId),
        await reconstructRollup(database.sql, accountId),
      ];
      return stored.join("\n") === counted.join("\n");
    });
  });
});
