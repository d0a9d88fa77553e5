import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inTransaction } from "../../lib/server/db/pool";
import { readRollup, reconstructRollup } from "../../lib/server/dispatch/rollup-reconstruction.fixture";
import { useTestDatabase } from "./harness";
import {
  countAttempts,
  countOf,
  faultsOf,
  isCompleted,
  startLiveStack,
  takenTwice,
  until,
  type LiveStack,
} from "./live-stack";

const database = useTestDatabase();
const PEOPLE = 1_000;
let stack: LiveStack;

beforeAll(async () => {
  stack = await startLiveStack(database, { ratePerSecond: 1_000 });
});
afterAll(() => stack.stop());

describe("a campaign over WhatsApp, Viber and SMS, on real sockets, with every trap of the carriers in it", () => {
  it("ends completed; the carriers' ledger and the database agree, nothing is lost, nobody gets an SMS twice", async () => {
    await stack.startWorker();
    const campaignId = await stack.launch({ people: PEOPLE, route: "whatsapp-viber-sms", waitS: 5 });
    await until("the campaign is completed", () => isCompleted(database, campaignId), 90_000);

    const comparison = await stack.compare();
    expect(faultsOf(comparison)).toEqual([]);
    expect(takenTwice(comparison)).toEqual([]);
    expect(countOf(comparison, "messages")).toBe(PEOPLE);
    expect(countOf(comparison, "queued")).toBe(0);
    const words = ["reached", "pending", "unknown", "failed", "skipped", "cancelled"];
    expect(words.reduce((sum, word) => sum + countOf(comparison, word), 0)).toBe(PEOPLE);

    // Who is not there is reached on the next channel, and it is this path that was walked: all three carriers took messages.
    for (const channel of ["whatsapp", "viber", "sms"] as const) {
      expect(comparison.entries.filter((entry) => entry.channel === channel).length).toBeGreaterThan(0);
    }
    expect(await countAttempts(database, campaignId, "channel = 1")).toBe(PEOPLE);
    const unreachable = await stillWithoutNext(campaignId, "131026");
    expect(unreachable).toEqual([]);
  });

  it("and the rollups are what the rows come to, at one moment", async () => {
    const { accountId } = stack.account;
    const { counted, stored } = await inTransaction(database.sql, async (sql) => {
      await sql.query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
      return { counted: await reconstructRollup(sql, accountId), stored: await readRollup(sql, accountId) };
    });
    expect(counted.length).toBeGreaterThan(10);
    expect(stored).toEqual(counted);
  });

  it("and every receipt is bound to an attempt: no carrier spoke of a message that we do not know", async () => {
    await until("orphans have found their attempts", async () => (await unexplainedOrphans()).length === 0);
    expect(await unexplainedOrphans()).toEqual([]);
  });
});

/** Orphans whose carrier id stands in no answer that we got; those of a send whose answer was lost (unknown) are explained. */
async function unexplainedOrphans(): Promise<string[]> {
  const { rows } = await database.sql.query(
    `SELECT DISTINCT o.carrier_id FROM orphan_receipt o WHERE o.account_id = $1`,
    [stack.account.accountId],
  );
  const comparison = await stack.compare();
  const unknown = new Set(
    comparison.attempts.filter(({ status }) => status === 20).map(({ channel, e164 }) => `${channel}${e164}`),
  );
  const byId = new Map(comparison.entries.map((entry) => [entry.carrierId.toLowerCase(), entry]));
  return rows
    .map((row) => String(row.carrier_id))
    .filter((id) => {
      const entry = byId.get(id) ?? byId.get(/^\d+$/.test(id) ? BigInt(id).toString(16) : id);
      return entry === undefined || !unknown.has(`${entry.channel}${entry.to}`);
    });
}

/** Messages that failed on WhatsApp with this code and for which no decision was made. */
async function stillWithoutNext(campaignId: string, code: string): Promise<string[]> {
  const { rows } = await database.sql.query(
    `SELECT a.message_id FROM attempt a WHERE a.campaign_id = $1 AND a.step = 0 AND a.error_code = $2
       AND NOT EXISTS (SELECT 1 FROM fallback_decision d WHERE d.shard = a.shard AND d.message_id = a.message_id AND d.step = 0)`,
    [campaignId, code],
  );
  return rows.map((row) => String(row.message_id));
}
