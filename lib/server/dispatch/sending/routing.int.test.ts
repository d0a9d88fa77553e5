import { describe, expect, it } from "vitest";
import type { Connector, SendOutcome } from "@/lib/carriers/connector";
import { createTestAccount, useTestDatabase, type TestAccount } from "../../../../tests/int/harness";
import { insertConnection } from "../../connections/save-connection";
import { createFactsCache } from "../campaign-facts";
import { launchCampaign } from "../campaigns/launch-campaign";
import { gapOf, sumConservation } from "../conservation";
import {
  setSwitch,
  testCampaign,
  testContent,
  testDispatch,
  type TestCampaign,
  type TestDispatch,
} from "../dispatch.fixture";
import { enqueueMessage } from "../enqueue-message";
import { leaseBlocks } from "./claim-blocks";
import { loadItems } from "./load-items";
import { recoverBlocks } from "./recover-blocks";
import { routeItems } from "./route-items";

const database = useTestDatabase();

type Lines = {
  readonly account: TestAccount;
  readonly dispatch: TestDispatch;
  /** Every SMS ever handed over, by the line's system id. */
  readonly calls: { readonly line: string; readonly to: string; readonly outcome: SendOutcome["kind"] }[];
  readonly answers: Map<string, () => SendOutcome>;
  readonly idOf: (line: string) => string;
};

/** Two SMS lines, "s" and "b"; "s" goes first unless the prefixes say otherwise. */
async function twoLines(prefixes: Readonly<Record<string, readonly string[]>> = {}): Promise<Lines> {
  const account = await createTestAccount(database);
  await setSwitch(database, account, true);
  const calls: Lines["calls"] = [];
  const answers = new Map<string, () => SendOutcome>();
  let nth = 0;
  const dispatch = await testDispatch(database, account, {
    build: (details) => {
      const line = details.kind === "smpp" ? details.config.systemId : details.kind;
      const channel = details.kind === "smpp" ? "sms" : details.kind === "whatsapp_cloud" ? "whatsapp" : "viber";
      const connector: Connector = {
        capabilities: { channel, dedupe: "none", correlate: false, query: false },
        send(request, canStillSend) {
          nth += 1;
          const accepted: SendOutcome = { kind: "accepted", carrierIds: [`${line}-${nth}`], raw: "" };
          const aborted: SendOutcome = { kind: "not_sent", code: "aborted", detail: "", retryAfterMs: null, raw: "" };
          const outcome = canStillSend() ? (answers.get(line)?.() ?? accepted) : aborted;
          calls.push({ line, to: request.to, outcome: outcome.kind });
          return Promise.resolve(outcome);
        },
        close: () => Promise.resolve(),
      };
      return { connector, isUp: null };
    },
  });
  const config = { host: "127.0.0.1", port: 1, systemId: "b", sourceAddr: "TEST", window: 10 };
  await database.db.$transaction((tx) =>
    insertConnection(tx, account.accountId, "Line b", { kind: "smpp", config, secrets: { password: "p" } }, 5_000),
  );
  for (const [line, own] of Object.entries(prefixes)) {
    await database.sql.query("UPDATE connection SET prefixes = $3 WHERE account_id = $1 AND config->>'systemId' = $2", [
      ...[account.accountId, line, own],
    ]);
  }
  await dispatch.deps.connections.refresh();
  const idOf = (line: string): string => {
    const found = dispatch.deps.connections
      .candidates(account.accountId, "sms")
      .find(({ details }) => details.kind === "smpp" && details.config.systemId === line);
    return found?.id ?? "";
  };
  return { account, dispatch, calls, answers, idOf };
}

async function launch({ account, dispatch }: Lines, wish: TestCampaign): Promise<string> {
  const campaignId = await testCampaign(database, account, { route: "sms", ...wish });
  await launchCampaign(account.as("marketer"), campaignId);
  await dispatch.plan(campaignId);
  return campaignId;
}

async function settle({ dispatch }: Lines, rounds = 6): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    await dispatch.send();
    dispatch.clock.aheadMs += 2_000;
  }
}

const takenBy = ({ calls }: Lines, line: string) =>
  calls.filter((call) => call.line === line && call.outcome === "accepted").map(({ to }) => to);

async function expectBooksToBalance({ account }: Lines): Promise<void> {
  const books = await sumConservation(database.sql, [account.shard], Date.now() - 3_600_000);
  expect(gapOf(books), JSON.stringify(books)).toBe(0);
}

const attemptsOf = async (campaignId: string) =>
  (
    await database.sql.query(
      `SELECT m.e164, a.try, a.status, a.connection_id, a.error_code FROM attempt a
       JOIN message m ON m.shard = a.shard AND m.id = a.message_id WHERE a.campaign_id = $1 ORDER BY m.e164, a.try`,
      [campaignId],
    )
  ).rows;

const notSent = (code: string) => (): SendOutcome => ({
  ...{ kind: "not_sent", code, detail: "", retryAfterMs: null, raw: "" },
});

describe("several connections of a channel", () => {
  it("each number goes by the one with the longest prefix, once, and its attempt names that one", async () => {
    const lines = await twoLines({ b: ["3747700000"] });
    const campaignId = await launch(lines, { people: 20 });
    await settle(lines, 1);
    expect(takenBy(lines, "b").sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => `+3747700000${n}`));
    expect(takenBy(lines, "s")).toHaveLength(11);
    for (const row of await attemptsOf(campaignId)) {
      expect(row.connection_id).toBe(lines.idOf(String(row.e164).startsWith("+3747700000") ? "b" : "s"));
    }
    const { rows } = await database.sql.query("SELECT DISTINCT state FROM block WHERE campaign_id = $1", [campaignId]);
    expect(rows).toEqual([{ state: 2 }]);
    await expectBooksToBalance(lines);
  });

  it("a worker that dies right after it has split a block leaves everyone to be sent once, by the right one", async () => {
    const lines = await twoLines({ b: ["3747700000"] });
    const { account, dispatch } = lines;
    const campaignId = await launch(lines, { people: 20 });
    const { rows } = await database.sql.query("SELECT id FROM block WHERE campaign_id = $1", [campaignId]);
    const ids = rows.map((row) => String(row.id));
    const held = await leaseBlocks(database.sql, account.shard, ids, dispatch.deps.workerId, 60_000);
    const items = await loadItems(database.sql, createFactsCache(dispatch.deps.now), held);
    expect(await routeItems(dispatch.deps, "sms", items)).toHaveLength(2);
    await expectBooksToBalance(lines);
    await database.sql.query(
      "UPDATE block SET lease_until = now() - interval '1 second' WHERE campaign_id = $1 AND state = 1",
      [campaignId],
    );
    expect(await recoverBlocks(dispatch.deps, account.shard)).toBe(0);
    await settle(lines, 1);
    expect(new Set(lines.calls.map(({ to }) => to)).size).toBe(20);
    expect(lines.calls).toHaveLength(20);
    expect(takenBy(lines, "b")).toHaveLength(9);
  });

  it("a paused one is passed over", async () => {
    const lines = await twoLines();
    await database.sql.query("UPDATE connection SET status = 'paused' WHERE id = $1", [lines.idOf("s")]);
    await lines.dispatch.deps.connections.refresh();
    await launch(lines, { people: 5 });
    await settle(lines, 1);
    expect(takenBy(lines, "b")).toHaveLength(5);
    expect(lines.calls).toHaveLength(5);
  });

  it("a number that none serves fails with its reason, and the others go out", async () => {
    const lines = await twoLines({ s: ["3747700000"], b: ["3747700001"] });
    const campaignId = await launch(lines, { people: 25 });
    await settle(lines, 1);
    expect(lines.calls).toHaveLength(19);
    const rows = (await attemptsOf(campaignId)).filter((row) => row.error_code !== null);
    expect(rows).toHaveLength(6);
    for (const row of rows) expect(row).toMatchObject({ status: 10, error_code: "no_connection" });
    await expectBooksToBalance(lines);
  });
});

describe("failover between SMS connections", () => {
  it.each([
    ["nobody answers at the first", notSent("session_down"), 10],
    [
      "the first carrier blames the sender",
      (): SendOutcome => ({ kind: "refused", code: "0x0000000F", detail: "", carrierIds: [], raw: "" }),
      30,
    ],
  ] as const)("where %s, everyone is sent to by the other, once", async (_, answer, status) => {
    const lines = await twoLines();
    lines.answers.set("s", answer);
    const campaignId = await launch(lines, { people: 300, category: "utility" });
    await settle(lines);
    const taken = takenBy(lines, "b");
    expect(taken).toHaveLength(300);
    expect(new Set(taken).size).toBe(300);
    const rows = await attemptsOf(campaignId);
    const failed = rows.filter((row) => row.connection_id === lines.idOf("s"));
    expect(failed.length).toBeGreaterThan(0);
    for (const row of failed) expect(row.status).toBe(status);
    expect(rows.filter((row) => row.status === 40).every((row) => row.connection_id === lines.idOf("b"))).toBe(true);
    await expectBooksToBalance(lines);
  });

  it("never after an unknown outcome: nobody who may have got it is written to by the other", async () => {
    const lines = await twoLines();
    lines.answers.set("s", () => ({ kind: "unknown", code: "timeout", detail: "", carrierIds: [], raw: "" }));
    await launch(lines, { people: 300, category: "utility" });
    await settle(lines);
    const lost = lines.calls.filter(({ line }) => line === "s").map(({ to }) => to);
    expect(lost.length).toBeGreaterThan(0);
    expect(takenBy(lines, "b").filter((to) => lost.includes(to))).toEqual([]);
    expect(new Set(lines.calls.map(({ to }) => to)).size).toBe(lines.calls.length);
    expect(lines.calls).toHaveLength(300);
  });

  it("where both are away, messages wait and go out once when one is back", async () => {
    const lines = await twoLines();
    lines.answers.set("s", notSent("connection_refused"));
    let asked = 0;
    lines.answers.set("b", () => {
      asked += 1;
      return asked > 12
        ? { kind: "accepted", carrierIds: [`back-${asked}`], raw: "" }
        : notSent("connection_refused")();
    });
    await launch(lines, { people: 20, category: "utility" });
    await settle(lines);
    expect(asked).toBeGreaterThan(12);
    expect(new Set(takenBy(lines, "b")).size).toBe(20);
    expect(takenBy(lines, "b")).toHaveLength(20);
    await expectBooksToBalance(lines);
  });
});

describe("a pinned message", () => {
  async function sendPinned(lines: Lines, line: string): Promise<void> {
    const ctx = lines.account.as("admin");
    const own = { templateId: null, templateVersion: null, content: testContent("utility", "Test"), apiKeyId: null };
    const wish = { category: "utility" as const, route: "sms" as const, fallbackMode: "off" as const, waitS: 60 };
    const to = { e164: "+37477000001", country: "AM", vars: {}, pinnedConnectionId: lines.idOf(line) };
    await ctx.transaction((tx) => enqueueMessage(tx, ctx, { ...wish, ...own, ...to }));
    await lines.dispatch.send();
  }

  it("goes by its own connection, whichever would be chosen", async () => {
    const lines = await twoLines({ b: ["49"] });
    await sendPinned(lines, "b");
    expect(lines.calls).toEqual([{ line: "b", to: "+37477000001", outcome: "accepted" }]);
  });

  it("never goes by another, also where its own cannot take it", async () => {
    const lines = await twoLines();
    lines.answers.set("b", notSent("session_down"));
    await sendPinned(lines, "b");
    await settle(lines, 3);
    expect(takenBy(lines, "s")).toEqual([]);
    expect(lines.calls.every(({ line }) => line === "b")).toBe(true);
  });
});

describe("a campaign whose only line rests, beside a free line that does not serve its numbers", () => {
  it("is leased once for the whole rest, and sends nothing in it", async () => {
    const lines = await twoLines({ b: ["374"], s: ["49"] });
    const { clock, deps } = lines.dispatch;
    const restMs = 60_000;
    const rest = { untilMs: clock.now() + restMs, reason: "connect_timeout", sinceMs: clock.now() };
    deps.connections.noteRest(lines.idOf("b"), rest);
    const campaignId = await launch(lines, { people: 20 });
    for (let round = 0; round < 4; round += 1) {
      await lines.dispatch.send();
      clock.aheadMs += restMs / 6;
    }
    const { rows } = await database.sql.query("SELECT state, epoch, cursor FROM block WHERE campaign_id = $1", [
      campaignId,
    ]);
    expect(rows).toEqual([{ state: 0, epoch: 1, cursor: 0 }]);
    expect(lines.calls).toEqual([]);
  });
});
