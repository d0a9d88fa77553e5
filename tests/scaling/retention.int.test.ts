import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { launchCampaign } from "../../lib/server/dispatch/campaigns/launch-campaign";
import { setSwitch, testCampaign, testDispatch, type TestDispatch } from "../../lib/server/dispatch/dispatch.fixture";
import { readRollup } from "../../lib/server/dispatch/rollup-reconstruction.fixture";
import { dropOldPartitions } from "../../lib/server/dispatch/upkeep/drop-old-partitions";
import { dropDeadRows, dropOldApiRequests } from "../../lib/server/dispatch/upkeep/drop-old-rows";
import { getMessage } from "../../lib/server/messages/get-message";
import { listMessages } from "../../lib/server/messages/list-messages";
import { createTestAccount, useTestDatabase, type TestAccount } from "../int/harness";
import { until } from "../int/live-stack";
import { makeMonth, monthName, monthStart, rowsByPartition, useIdClock } from "./id-clock";

const database = useTestDatabase();
const KEEP_MONTHS = 24;

type Old = { readonly account: TestAccount; readonly dispatch: TestDispatch; readonly ids: readonly string[] };

/** A campaign of so long ago, each message of which was sent by WhatsApp and is waited for. */
async function campaignOf(monthsFromNow: number): Promise<Old> {
  const account = await createTestAccount(database);
  await setSwitch(database, account, true);
  const dispatch = await testDispatch(database, account);
  await makeMonth(database, monthsFromNow);
  await useIdClock(database, new Date(monthStart(monthsFromNow).getTime() + 3_600_000));
  const campaignId = await testCampaign(database, account, { people: 3 });
  await launchCampaign(account.as("marketer"), campaignId);
  await dispatch.plan(campaignId);
  await dispatch.send();
  const { rows } = await database.sql.query("SELECT id FROM message WHERE account_id = $1 ORDER BY id", [
    account.accountId,
  ]);
  await useIdClock(database, new Date());
  return { account, dispatch, ids: rows.map((row) => String(row.id)) };
}

async function finish({ dispatch }: Old): Promise<void> {
  dispatch.clock.aheadMs += 11_000;
  while ((await dispatch.fire()) > 0);
  await dispatch.send();
  const sms = dispatch.carriers.calls
    .filter(({ channel }) => channel === "sms")
    .map(({ request }) => request.reference);
  await dispatch.receive(
    "sms",
    sms.map((reference) => ({ carrierId: `id-${reference}`, kind: "delivered" })),
  );
}

const drop = (old: Old, keepMonths = KEEP_MONTHS, patienceMs = 30_000) =>
  dropOldPartitions({ ...old.dispatch.deps, now: Date.now }, keepMonths, patienceMs);

async function tablesOf(monthsFromNow: number): Promise<readonly string[]> {
  const { rows } = await database.sql.query(
    "SELECT relname FROM pg_class WHERE relkind = 'r' AND relname LIKE '%\\_' || $1 ORDER BY 1",
    [monthName(monthsFromNow)],
  );
  return rows.map((row) => String(row.relname));
}

describe("retention", () => {
  it("drops whole months of every partitioned table, keeps the counts, and leaves newer months alone", async () => {
    const old = await campaignOf(-26);
    await finish(old);
    const kept = await campaignOf(-24);
    await finish(kept);
    const counts = await readRollup(database.sql, old.account.accountId);
    const before = await tablesOf(-26);
    expect(before).toContain(`receipt_evidence_${monthName(-26)}`);
    expect(await drop(old)).toEqual(expect.arrayContaining([...before]));
    expect(await tablesOf(-26)).toEqual([]);
    expect(await readRollup(database.sql, old.account.accountId)).toEqual(counts);
    expect(counts.length).toBeGreaterThan(0);
    expect(await rowsByPartition(database, kept.account.accountId)).toMatchObject({ [`message_${monthName(-24)}`]: 3 });
    expect(await drop(old)).toEqual([]);
  });

  it("a dropped message is not found, lists go on without it, and a late receipt for it is kept as an orphan", async () => {
    const old = await campaignOf(-27);
    await finish(old);
    await drop(old);
    const ctx = old.account.as("support");
    await expect(getMessage(ctx, { id: old.ids[0] ?? "" })).rejects.toMatchObject({ code: "not_found" });
    expect((await listMessages(ctx, {})).rows).toEqual([]);
    const reference = old.dispatch.carriers.calls[0]?.request.reference ?? "";
    await old.dispatch.receive("whatsapp", [{ reference, carrierId: `id-${reference}`, kind: "read" }]);
    const { rows } = await database.sql.query("SELECT kind FROM orphan_receipt WHERE account_id = $1", [
      old.account.accountId,
    ]);
    expect(rows).toEqual([{ kind: "read" }]);
  });

  it("keeps a month on which a wait or a block is open, until that is done", async () => {
    const old = await campaignOf(-28);
    expect(await drop(old)).toEqual([]);
    old.dispatch.clock.aheadMs += 11_000;
    while ((await old.dispatch.fire()) > 0);
    expect(await drop(old)).toEqual([]);
    await old.dispatch.send();
    expect(old.dispatch.carriers.calls.filter(({ channel }) => channel === "sms")).toHaveLength(3);
    expect(await drop(old)).toContain(`message_${monthName(-28)}`);
  });

  it("set to 0 drops nothing", async () => {
    const old = await campaignOf(-29);
    await finish(old);
    expect(await drop(old, 0)).toEqual([]);
    expect(await tablesOf(-29)).not.toEqual([]);
    await drop(old);
  });

  it("by several workers at once drops each partition once", async () => {
    const old = await campaignOf(-30);
    await finish(old);
    const wanted = await tablesOf(-30);
    const dropped = await Promise.all([drop(old), drop(old), drop(old)]);
    expect(dropped.flat().sort()).toEqual([...wanted].sort());
  });

  it("waits for who still reads, without holding up who writes, and finishes later what it could not finish", async () => {
    const old = await campaignOf(-31);
    await finish(old);
    const wanted = await tablesOf(-31);
    const reader = await database.sql.connect();
    await reader.query("BEGIN");
    await reader.query("SELECT count(*) FROM message WHERE shard = $1", [old.account.shard]);
    const dropping = drop(old, KEEP_MONTHS, 3_000);
    await waitForDetachment();
    // The partition is on its way out; messages are written and sent all the same.
    const running = await campaignOf(0);
    expect(running.dispatch.carriers.calls).toHaveLength(3);
    expect(await dropping).toEqual([]);
    expect(await pendingDetachments()).toBe(1);
    await reader.query("COMMIT");
    reader.release();
    expect([...(await drop(old))].sort()).toEqual([...wanted].sort());
    expect(await pendingDetachments()).toBe(0);
  });

  it("goes on where a crash between detaching and dropping left off", async () => {
    const old = await campaignOf(-32);
    await finish(old);
    const wanted = await tablesOf(-32);
    await database.sql.query(`ALTER TABLE attempt DETACH PARTITION attempt_${monthName(-32)}`);
    expect([...(await drop(old))].sort()).toEqual([...wanted].sort());
  });
});

describe("small tables", () => {
  it("an idempotency key goes with its message's partition and not before", async () => {
    const old = await campaignOf(-33);
    await finish(old);
    const { accountId, shard } = old.account;
    const young = await campaignOf(-1);
    for (const [key, messageId] of [
      ["old", old.ids[0]],
      ["young", young.ids[0]],
    ]) {
      await database.sql.query(
        "INSERT INTO api_request (account_id, key, request_hash, shard, message_id) VALUES ($1, $2, 'x', $3, $4)",
        [accountId, key, shard, messageId],
      );
    }
    const keys = async () =>
      (
        await database.sql.query("SELECT key FROM api_request WHERE account_id = $1 ORDER BY key", [accountId])
      ).rows.map((row) => String(row.key));
    await dropOldApiRequests(database.sql);
    expect(await keys()).toEqual(["old", "young"]);
    await drop(old);
    await dropOldApiRequests(database.sql);
    expect(await keys()).toEqual(["young"]);
  });

  it("sessions that ended long ago go, those in use stay", async () => {
    const account = await createTestAccount(database);
    const [ended, expired, alive] = [randomUUID(), randomUUID(), randomUUID()];
    await database.sql.query(
      `INSERT INTO session (id, user_id, account_id, created_at, expires_at, ended_at) VALUES
         ($1, $4, $5, now() - interval '40 days', now() + interval '1 day', now() - interval '31 days'),
         ($2, $4, $5, now() - interval '60 days', now() - interval '31 days', NULL),
         ($3, $4, $5, now() - interval '60 days', now() + interval '1 day', NULL)`,
      [ended, expired, alive, account.userIds.admin, account.accountId],
    );
    expect(await dropDeadRows(database.sql)).toBe(2);
    const { rows } = await database.sql.query("SELECT id FROM session WHERE account_id = $1", [account.accountId]);
    expect(rows).toEqual([{ id: alive }]);
  });

  it("what is remembered of numbers goes a day after it has run out, in as many rounds as it takes, and nothing else", async () => {
    const account = await createTestAccount(database);
    const gone = 5_003; // more than one round
    await database.sql.query(
      `INSERT INTO reachability (account_id, e164, channel, code, evidence_at, expires_at)
       SELECT $1, '+374770' || n, 1, '131026', now() - interval '31 days',
              now() + CASE WHEN n <= $2 THEN interval '-25 hours' WHEN n = $2 + 1 THEN interval '-23 hours' ELSE interval '1 day' END
       FROM generate_series(1, $2 + 2) n`,
      [account.accountId, gone],
    );
    expect(await dropDeadRows(database.sql)).toBe(gone);
    const { rows } = await database.sql.query("SELECT e164 FROM reachability WHERE account_id = $1 ORDER BY e164", [
      account.accountId,
    ]);
    expect(rows).toEqual([{ e164: `+374770${gone + 1}` }, { e164: `+374770${gone + 2}` }]);
  });
});

async function pendingDetachments(): Promise<number> {
  const { rows } = await database.sql.query("SELECT count(*)::int AS n FROM pg_inherits WHERE inhdetachpending");
  return Number(rows[0]?.n);
}

async function waitForDetachment(): Promise<void> {
  await until("a pending detachment", async () => (await pendingDetachments()) > 0);
}
