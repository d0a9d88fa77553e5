import { describe, expect, it } from "vitest";
import { PAIR_GAP_MS } from "@/lib/domain/dispatch/pair-rate";
import { createTestAccount, useTestDatabase, type TestAccount } from "../../../../tests/int/harness";
import { setSwitch, testContent, testDispatch } from "../dispatch.fixture";
import { enqueueMessage } from "../enqueue-message";
import type { SendItem } from "./load-items";
import { rememberUnreachable } from "../../reachability/remember-unreachable";
import { forgetPairTurns, reservePairTurns } from "./reserve-pair-turns";

const database = useTestDatabase();

const item = (messageId: string, e164: string): SendItem => ({ messageId, e164 }) as SendItem;

async function start() {
  const account = await createTestAccount(database);
  await setSwitch(database, account, true);
  const dispatch = await testDispatch(database, account);
  const connection = dispatch.deps.connections.forChannel(account.accountId, "whatsapp");
  if (connection === null) throw new Error("no connection");
  return { account, dispatch, connection };
}

async function write(account: TestAccount, text: string, e164 = "+37477000001", waitS = 60): Promise<void> {
  const ctx = account.as("admin");
  await ctx.transaction((tx) =>
    enqueueMessage(tx, ctx, {
      ...{ e164, country: "AM", category: "utility", route: "whatsapp-sms", fallbackMode: "inherit", waitS },
      ...{ templateId: null, templateVersion: null, content: testContent("utility", text), vars: {}, apiKeyId: null },
    }),
  );
}

describe("turns at one person", () => {
  it("are six seconds apart in the order asked for, and a message keeps its own", async () => {
    const { connection } = await start();
    const now = Date.now();
    const people = [item("1", "+1"), item("2", "+2"), item("3", "+1"), item("4", "+1")];
    const turns = await reservePairTurns(database.sql, connection, people, now);
    expect(Object.fromEntries(turns)).toEqual({ 1: now, 2: now, 3: now + PAIR_GAP_MS, 4: now + 2 * PAIR_GAP_MS });
    const again = await reservePairTurns(database.sql, connection, [item("3", "+1"), item("5", "+1")], now + 100);
    expect(Object.fromEntries(again)).toEqual({ 3: now + PAIR_GAP_MS, 5: now + 3 * PAIR_GAP_MS });
  });

  it("are given to one message each, also when several workers ask at the same moment, in whatever order", async () => {
    const { connection } = await start();
    const now = Date.now();
    const numbers = ["+1", "+2", "+3"];
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, worker) => {
        const people = numbers.map((e164) => item(`${worker}${e164}`, e164));
        return reservePairTurns(database.sql, connection, worker % 2 === 0 ? people : people.reverse(), now);
      }),
    );
    for (const e164 of numbers) {
      const turns = answers.flatMap((answer, worker) => [answer.get(`${worker}${e164}`) ?? -1]).sort((a, b) => a - b);
      expect(turns).toEqual(Array.from({ length: 8 }, (_, i) => now + i * PAIR_GAP_MS));
    }
  });

  it("are forgotten when they are over", async () => {
    const { connection } = await start();
    await reservePairTurns(database.sql, connection, [item("1", "+1")], Date.now() - 600_000);
    await reservePairTurns(database.sql, connection, [item("2", "+2")], Date.now());
    await forgetPairTurns(database.sql);
    const { rows } = await database.sql.query("SELECT e164 FROM pair_slot WHERE connection_id = $1", [connection.id]);
    expect(rows).toEqual([{ e164: "+2" }]);
  });
});

describe("single messages to one person", () => {
  it("leave one after the other; the second waits in the queue, holds up nobody and uses up no try", async () => {
    const { account, dispatch } = await start();
    await write(account, "one");
    await write(account, "two");
    await write(account, "three", "+37477000002");
    await dispatch.send();
    expect(dispatch.carriers.calls.map(({ request }) => request.to).sort()).toEqual(["+37477000001", "+37477000002"]);
    const { rows } = await database.sql.query(
      "SELECT state, try, available_at > now() + interval '3 seconds' AS later FROM block WHERE account_id = $1 AND state = 0",
      [account.accountId],
    );
    expect(rows).toEqual([{ state: 0, try: 0, later: true }]);
  });

  it("go on by the next channel when their turn would come after their wait", async () => {
    const { account, dispatch } = await start();
    for (const text of ["one", "two", "three"]) await write(account, text, "+37477000001", 10);
    await dispatch.send();
    while ((await dispatch.fire()) > 0);
    await dispatch.send();
    expect(dispatch.carriers.calls.map(({ channel }) => channel)).toEqual(["whatsapp", "sms"]);
    const { rows } = await database.sql.query(
      "SELECT status, error_code FROM attempt WHERE account_id = $1 AND step = 0 AND error_code IS NOT NULL",
      [account.accountId],
    );
    expect(rows).toEqual([{ status: 10, error_code: "131056" }]);
  });

  it("take no turn where memory passes them on, so that one after the other goes by SMS at once", async () => {
    const { account, dispatch, connection } = await start();
    const e164 = "+37477000001";
    await rememberUnreachable(database.sql, account.accountId, [
      { e164, country: "AM", channel: "whatsapp", code: "131026", atMs: dispatch.deps.now() },
    ]);
    for (const text of ["one", "two", "three"]) await write(account, text, e164);
    await dispatch.send();
    await dispatch.send();
    expect(dispatch.carriers.calls.map(({ channel }) => channel)).toEqual(["sms", "sms", "sms"]);
    const { rows } = await database.sql.query("SELECT e164 FROM pair_slot WHERE connection_id = $1", [connection.id]);
    expect(rows).toEqual([]);
  });

  it("keep their turns where memory may not pass them on", async () => {
    const { account, dispatch } = await start();
    await setSwitch(database, account, false);
    const e164 = "+37477000001";
    await rememberUnreachable(database.sql, account.accountId, [
      { e164, country: "AM", channel: "whatsapp", code: "131026", atMs: dispatch.deps.now() },
    ]);
    for (const text of ["one", "two"]) await write(account, text, e164);
    await dispatch.send();
    expect(dispatch.carriers.calls.map(({ channel }) => channel)).toEqual(["whatsapp"]);
  });
});
