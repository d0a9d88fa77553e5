import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Comparison } from "../../scripts/compare-ledger";
import { useTestDatabase } from "../int/harness";
import { faultsOf, isCompleted, startLiveStack, until, type LiveStack } from "../int/live-stack";

/**
 * The checker itself is checked: in a run in which everything went well, one thing at a time is made wrong, and it must say so. Each
 * test leaves its own wrong behind and looks for its own words.
 */
const database = useTestDatabase();
let stack: LiveStack;
let before: Comparison;

beforeAll(async () => {
  stack = await startLiveStack(database, { ratePerSecond: 1_000 });
  stack.sandbox.scenarios.replace({
    mix: { whatsapp: { delivered: 80, not_on_whatsapp: 20 }, sms: { delivered: 100 } },
  });
  await stack.startWorker();
  const campaignId = await stack.launch({ people: 60, waitS: 5, firstPlace: 101 });
  await until("the campaign is completed", () => isCompleted(database, campaignId));
  before = await stack.compare();
});
afterAll(() => stack.stop());

const whatIsWrong = async (): Promise<string> => faultsOf(await stack.compare()).join("\n");

async function attemptsThat(where: string): Promise<{ shard: number; message_id: string; step: number }[]> {
  const { rows } = await database.sql.query(
    `SELECT shard, message_id, step FROM attempt WHERE ${where} ORDER BY message_id LIMIT 1`,
  );
  expect(rows).toHaveLength(1);
  return rows;
}

describe("the comparison with the carriers' ledger", () => {
  it("finds nothing wrong in a run that went well", () => {
    expect(faultsOf(before)).toEqual([]);
    expect(before.entries.some((entry) => entry.channel === "sms")).toBe(true);
  });

  it("finds a message whose attempt is gone: taken without one, and accounted for by nothing", async () => {
    const [gone] = await attemptsThat("step = 0 AND status = 70");
    await database.sql.query("DELETE FROM attempt WHERE shard = $1 AND message_id = $2", [
      gone?.shard,
      gone?.message_id,
    ]);
    expect(await whatIsWrong()).toMatch(/taken by a carrier, no attempt here: 1/);
    expect(await whatIsWrong()).toMatch(/messages that nothing accounts for: 1/);
  });

  it("finds one message taken twice under one reference", async () => {
    const [first] = stack.sandbox.ledger
      .list({ limit: 1_000 })
      .entries.filter((entry) => entry.channel === "whatsapp")
      .slice(-1);
    if (first === undefined) throw new Error("Nothing was sent by WhatsApp.");
    const { seq: _seq, ...fields } = first;
    stack.sandbox.ledger.append(fields);
    expect(await whatIsWrong()).toMatch(/taken twice under one reference or part: 1/);
  });

  it("finds an SMS to somebody for whom we have none", async () => {
    const [sms] = stack.sandbox.ledger.list({ limit: 1_000, channel: "sms" }).entries;
    if (sms === undefined) throw new Error("Nothing was sent by SMS.");
    const { seq: _seq, ...fields } = sms;
    stack.sandbox.ledger.append({ ...fields, to: "+37477999999", carrierId: "ffffffff" });
    expect(await whatIsWrong()).toMatch(/SMS taken without a carrier's id here, more than unknown attempts explain: 1/);
  });

  it("finds what we call accepted and the carrier never had", async () => {
    const [own] = await attemptsThat(
      "step = 0 AND status = 70 AND message_id > (SELECT min(message_id) + 3 FROM attempt)",
    );
    await database.sql.query(
      `INSERT INTO attempt SELECT (a).* FROM (
         SELECT jsonb_populate_record(a, jsonb_build_object('try', 9, 'status', 40)) AS a FROM attempt a
         WHERE shard = $1 AND message_id = $2 AND step = 0) copies`,
      [own?.shard, own?.message_id],
    );
    expect(await whatIsWrong()).toMatch(/accepted here, not in the ledger: 1/);
  });

  it("finds what we call refused and the carrier has", async () => {
    const [own] = await attemptsThat(
      "step = 0 AND status = 70 AND message_id > (SELECT min(message_id) + 6 FROM attempt)",
    );
    await database.sql.query("UPDATE attempt SET status = 30 WHERE shard = $1 AND message_id = $2 AND step = 0", [
      own?.shard,
      own?.message_id,
    ]);
    expect(await whatIsWrong()).toMatch(/taken, but here it says refused or not sent: 1/);
  });

  it("finds a message with two SMS", async () => {
    const [own] = await attemptsThat("step = 1");
    await database.sql.query(
      `INSERT INTO attempt SELECT (a).* FROM (
         SELECT jsonb_populate_record(a, jsonb_build_object('try', 1, 'status', 20)) AS a FROM attempt a
         WHERE shard = $1 AND message_id = $2 AND step = 1) copies`,
      [own?.shard, own?.message_id],
    );
    expect(await whatIsWrong()).toMatch(/messages with more than one SMS: 1/);
  });
});
