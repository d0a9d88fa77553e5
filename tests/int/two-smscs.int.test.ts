import type { ChildProcess } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ATTEMPT_STATUS_CODE } from "../../lib/domain/vocabulary";
import { insertConnection } from "../../lib/server/connections/save-connection";
import { launchCampaign } from "../../lib/server/dispatch/campaigns/launch-campaign";
import { setSwitch, testCampaign, type TestCampaign } from "../../lib/server/dispatch/dispatch.fixture";
import { startSandbox, type Sandbox } from "../../sandbox/start-sandbox";
import { temporaryDirectory } from "../../sandbox/testing/temporary-directory";
import { bundlePrograms } from "../chaos/bundle-programs";
import { createTestAccount, useTestDatabase, type TestAccount } from "./harness";
import { startProcess, until } from "./live-stack";

/*
 * Two SMSCs, each with a ledger of its own, and a worker process that has a line to both. What a ledger holds was really sent there.
 */

const database = useTestDatabase();
const WIRE_TIMEOUT_MS = 1_000;
/** The first one's place, so that no number has a magic ending. */
const FIRST_PLACE = 2_000;
const PEOPLE = 120;
/** A window full: they are all in the carrier's hands at once. */
const FEW = 20;
/** A test has its own system id at both carriers. */
const SYSTEM_IDS = ["prefixes", "locked", "silent"] as const;
type SystemId = (typeof SYSTEM_IDS)[number];

const homes = [temporaryDirectory(), temporaryDirectory()] as const;
const children: ChildProcess[] = [];
let programs: Awaited<ReturnType<typeof bundlePrograms>> | null = null;
let [first, second]: Sandbox[] = [];

function startCarrier(dataDir: string): Promise<Sandbox> {
  const smpp = SYSTEM_IDS.map((systemId) => ({ systemId, password: "right", receiptIdFormat: "decimal" as const }));
  return startSandbox({ dataDir, speed: 20, subscriptions: { smpp } });
}

beforeAll(async () => {
  [first, second] = await Promise.all(homes.map(({ path }) => startCarrier(path)));
  for (const carrier of [first, second]) carrier?.scenarios.replace({ mix: { sms: { delivered: 1 } } });
  const environment = {
    ...process.env,
    ...{ DATABASE_URL: database.url, NEXTAUTH_URL: "http://127.0.0.1:1", NEXTAUTH_SECRET: "x".repeat(32) },
    ...{ KAMURJ_WIRE_TIMEOUT_MS: String(WIRE_TIMEOUT_MS), KAMURJ_LOG_LEVEL: process.env.TEST_LOG ?? "silent" },
  };
  programs = await bundlePrograms();
  await startProcess(programs.worker, environment, children);
});

afterAll(async () => {
  for (const child of children) child.kill("SIGKILL");
  await Promise.all([first?.stop(), second?.stop()]);
  await programs?.remove();
  for (const home of homes) home.remove();
});

type Line = { readonly password?: string; readonly prefixes?: string[]; readonly priority: number };

async function connect(account: TestAccount, carrier: Sandbox | undefined, systemId: SystemId, line: Line) {
  const { password = "right", ...routing } = line;
  const config = { host: "127.0.0.1", port: carrier?.smppPort ?? 0, systemId, sourceAddr: "TEST", window: 20 };
  const details = { kind: "smpp" as const, config, secrets: { password } };
  const { id } = await database.db.$transaction((tx) =>
    insertConnection(tx, account.accountId, `Line ${line.priority}`, details, 500, routing),
  );
  return id;
}

async function launch(systemId: SystemId, lines: readonly [Line, Line], people = PEOPLE) {
  const account = await createTestAccount(database);
  await setSwitch(database, account, true);
  const ids = [await connect(account, first, systemId, lines[0]), await connect(account, second, systemId, lines[1])];
  const wish: TestCampaign = { people, firstPlace: FIRST_PLACE, route: "sms", category: "utility" };
  const campaignId = await testCampaign(database, account, wish);
  await launchCampaign(account.as("marketer"), campaignId);
  const takenBy = (carrier: Sandbox | undefined): string[] =>
    (carrier?.ledger.list({ connections: new Set([systemId]), limit: 1_000 }).entries ?? []).map(({ to }) => to);
  const attempts = async () =>
    (
      await database.sql.query(
        `SELECT m.e164, a.status, a.connection_id FROM attempt a
           JOIN message m ON m.shard = a.shard AND m.id = a.message_id WHERE a.campaign_id = $1`,
        [campaignId],
      )
    ).rows;
  return { ids, attempts, takenByFirst: () => takenBy(first), takenBySecond: () => takenBy(second) };
}

describe("two SMS carriers on real sockets", () => {
  it("each number goes to the carrier whose prefix is longest, and stands in its ledger alone", async () => {
    const own = "374770020";
    const lines = await launch("prefixes", [{ priority: 1 }, { priority: 2, prefixes: [own] }]);
    await until("all are delivered", async () => {
      const rows = await lines.attempts();
      return rows.length === PEOPLE && rows.every(({ status }) => Number(status) >= ATTEMPT_STATUS_CODE.delivered);
    });
    const [bySecond, byFirst] = [lines.takenBySecond(), lines.takenByFirst()];
    expect(bySecond.every((to) => to.startsWith(`+${own}`))).toBe(true);
    expect(byFirst.some((to) => to.startsWith(`+${own}`))).toBe(false);
    expect(bySecond).toHaveLength(100);
    expect(new Set([...byFirst, ...bySecond]).size).toBe(PEOPLE);
    expect(byFirst.length + bySecond.length).toBe(PEOPLE);
    for (const { e164, connection_id: id } of await lines.attempts()) {
      expect(id).toBe(lines.ids[String(e164).startsWith(`+${own}`) ? 1 : 0]);
    }
  });

  it("a carrier that lets nobody bind is passed over: everyone is in the other's ledger, once", async () => {
    const lines = await launch("locked", [{ priority: 1, password: "wrong" }, { priority: 2 }]);
    await until("the other has taken all", () => Promise.resolve(lines.takenBySecond().length >= PEOPLE));
    await until("all are delivered", async () => {
      const rows = await lines.attempts();
      return (
        new Set(rows.filter(({ status }) => Number(status) >= ATTEMPT_STATUS_CODE.delivered).map(({ e164 }) => e164))
          .size === PEOPLE
      );
    });
    expect(lines.takenByFirst()).toEqual([]);
    expect(new Set(lines.takenBySecond()).size).toBe(PEOPLE);
    expect(lines.takenBySecond()).toHaveLength(PEOPLE);
  });

  it("a carrier that stands still with a submit in its hands keeps it: the other never gets that message", async () => {
    first?.scenarios.replace({ mix: { sms: { timeout: 1 } } });
    const lines = await launch("silent", [{ priority: 1 }, { priority: 2 }], FEW);
    await until("every outcome is stored", async () => {
      const rows = await lines.attempts();
      return new Set(rows.map(({ e164 }) => e164)).size === FEW;
    });
    const rows = await lines.attempts();
    const unknown = rows.filter(({ status }) => status === ATTEMPT_STATUS_CODE.unknown).map(({ e164 }) => e164);
    const [byFirst, bySecond] = [lines.takenByFirst(), lines.takenBySecond()];
    expect(byFirst.length).toBeGreaterThan(0);
    expect(unknown).toEqual(expect.arrayContaining(byFirst));
    expect(bySecond.filter((to) => unknown.includes(to) || byFirst.includes(to))).toEqual([]);
    expect(new Set([...byFirst, ...bySecond]).size).toBe(byFirst.length + bySecond.length);
  });
});
