import { beforeEach, describe, expect, it } from "vitest";
import { messageIdFloor } from "@/lib/domain/dispatch/attempt-reference";
import { createTestAccount, useTestDatabase, type TestAccount } from "../../../tests/int/harness";
import { cancelCampaign } from "./campaigns/cancel-campaign";
import { launchCampaign } from "./campaigns/launch-campaign";
import { pauseCampaign } from "./campaigns/pause-campaign";
import { resumeCampaign } from "./campaigns/resume-campaign";
import { gapOf, readConservation, sumConservation, type Conservation } from "./conservation";
import { setSwitch, testCampaign, testDispatch, type TestCampaign, type TestDispatch } from "./dispatch.fixture";
import { createFactsCache } from "./campaign-facts";
import { leaseBlocks, listReadyBlocks } from "./sending/claim-blocks";
import { commitTurn } from "./sending/commit-turn";
import { loadItems } from "./sending/load-items";
import { recoverBlocks } from "./sending/recover-blocks";

const database = useTestDatabase();
let account: TestAccount;
let dispatch: TestDispatch;
beforeEach(async () => {
  account = await createTestAccount(database);
  await setSwitch(database, account, true);
  dispatch = await testDispatch(database, account);
});

async function books(): Promise<Conservation> {
  return sumConservation(database.sql, [account.shard], Date.now() - 86_400_000);
}

async function launch(wish: TestCampaign): Promise<string> {
  const campaignId = await testCampaign(database, account, wish);
  await launchCampaign(account.as("marketer"), campaignId);
  await dispatch.plan(campaignId);
  return campaignId;
}

function balanced(now: Conservation): void {
  const { queued, inFlight, waiting, terminal, unknown } = now;
  expect([gapOf(now), now.examples]).toEqual([0, []]);
  expect(queued + inFlight + waiting + terminal + unknown).toBe(now.accepted);
}

/** What a worker that dies leaves: a leased block, so many of its members on the wire, and a lease that has run out. */
async function dieWithInFlight(members: number): Promise<void> {
  const { deps } = dispatch;
  const [ready] = await listReadyBlocks(deps.sql, account.shard, deps.now());
  if (ready === undefined) throw new Error("nothing is ready");
  const leased = await leaseBlocks(deps.sql, account.shard, [ready.id], deps.workerId, deps.leaseMs);
  const cache = createFactsCache(deps.now);
  const items = await loadItems(deps.sql, cache, leased);
  const first = items[0];
  const connection = first === undefined ? null : deps.connections.forChannel(account.accountId, first.channel);
  if (first === undefined || connection === null) throw new Error("nothing to send");
  const { block } = first;
  await commitTurn(deps, {
    scope: { shard: account.shard, accountId: account.accountId, campaignId: block.campaignId },
    connection,
    held: new Map([[block.id, { block, cursor: block.cursor, inFlight: new Set<string>() }]]),
    ended: [],
    wanted: items.slice(0, members),
    prices: await cache.prices(deps.sql, account.accountId),
    closing: false,
  });
  await database.sql.query(
    "UPDATE block SET lease_until = now() - interval '1 second' WHERE state = 1 AND owner = $1",
    [deps.workerId],
  );
}

describe("the books of a campaign", () => {
  it("balance at every step of its life: planned, dead on the wire, recovered, sent, waiting, decided, done", async () => {
    await launch({ people: 60, waitS: 10, category: "utility" });
    expect(await books()).toMatchObject({ accepted: 60, queued: 60, missing: 0, doubled: 0 });
    await dieWithInFlight(7);
    expect(await books()).toMatchObject({ accepted: 60, queued: 53, inFlight: 7, missing: 0, doubled: 0 });
    await recoverBlocks(dispatch.deps, account.shard);
    expect(await books()).toMatchObject({ accepted: 60, queued: 53, waiting: 7, missing: 0, doubled: 0 });
    await dispatch.send();
    expect(await books()).toMatchObject({ accepted: 60, queued: 0, waiting: 60, missing: 0, doubled: 0 });
    const reached = dispatch.carriers.calls.slice(0, 20).map(({ request }) => request.reference);
    await dispatch.receive(
      "whatsapp",
      reached.map((reference) => ({ reference, carrierId: `id-${reference}` })),
    );
    expect(await books()).toMatchObject({ terminal: 20, waiting: 40, missing: 0, doubled: 0 });
    dispatch.clock.aheadMs = 60_000;
    await dispatch.fire();
    const decided = await books();
    balanced(decided);
    expect(decided).toMatchObject({ queued: 40, terminal: 20 });
    await dispatch.send();
    expect(await books()).toMatchObject({ accepted: 60, terminal: 60, missing: 0, doubled: 0 });
  });

  it("balance for refusals, for a retry after proof that nothing left, and when the switch denies what comes after", async () => {
    await setSwitch(database, account, false);
    dispatch.carriers.answer.whatsapp = (request, nth) =>
      nth % 3 === 0
        ? { kind: "refused", code: "131026", detail: "", carrierIds: [], raw: "" }
        : nth % 3 === 1
          ? { kind: "not_sent", code: "connection_refused", detail: "", retryAfterMs: null, raw: "" }
          : { kind: "unknown", code: "timeout", detail: "", carrierIds: [], raw: "" };
    await launch({ people: 30, waitS: 10 });
    await dispatch.send();
    const sent = await books();
    balanced(sent);
    expect(sent.queued).toBeGreaterThan(0);
    expect(sent.waiting).toBeGreaterThan(0);
    for (let round = 1; round <= 6; round += 1) {
      dispatch.clock.aheadMs = round * 20_000;
      await dispatch.send();
      balanced(await books());
      await dispatch.fire();
      balanced(await books());
    }
    const end = await books();
    expect(end.unknown).toBeGreaterThan(0);
    expect(end.terminal + end.unknown).toBe(30);
  });

  it("balance while it is held because the sender is at fault, and once it has been cancelled", async () => {
    dispatch.carriers.answer.whatsapp = () => ({
      kind: "refused",
      code: "131042",
      detail: "",
      carrierIds: [],
      raw: "",
    });
    const campaignId = await launch({ people: 20, waitS: 10 });
    await dispatch.send();
    const held = await books();
    balanced(held);
    expect(held.queued).toBe(20);
    const marketer = account.as("marketer");
    await resumeCampaign(marketer, campaignId).catch(() => undefined);
    balanced(await books());
    await pauseCampaign(marketer, campaignId).catch(() => undefined);
    balanced(await books());
    await cancelCampaign(marketer, campaignId);
    expect(await books()).toMatchObject({ accepted: 20, terminal: 20, missing: 0 });
  });

  it("add up whatever the size of the slices they are read in", async () => {
    await launch({ people: 25, waitS: 10 });
    await dispatch.send();
    const whole = await books();
    expect(await sumConservation(database.sql, [account.shard], Date.now() - 86_400_000, 4)).toEqual(whole);
    const none = await readConservation(database.sql, account.shard, {
      after: messageIdFloor(Date.now() + 60_000),
      limit: 10,
    });
    expect(none).toMatchObject({ accepted: 0, last: null, missing: 0 });
  });
});

describe("the gap", () => {
  const forget = (statement: string): Promise<unknown> => database.sql.query(statement, [account.shard]);

  it("shows a block that has gone: its members were accepted and nobody will send them", async () => {
    await launch({ people: 12 });
    await forget("DELETE FROM block WHERE shard = $1");
    const now = await books();
    expect([gapOf(now), now.missing]).toEqual([12, 12]);
    expect(now.examples.length).toBe(10);
  });

  it("shows attempts that have gone, also while a timer still waits for them", async () => {
    await launch({ people: 9 });
    await dispatch.send();
    await forget(
      "DELETE FROM attempt WHERE shard = $1 AND message_id IN (SELECT min(message_id) FROM attempt WHERE shard = $1)",
    );
    expect(gapOf(await books())).toBe(1);
  });

  it("shows a fallback that was allowed and never queued", async () => {
    await launch({ people: 8, waitS: 10 });
    await dispatch.send();
    dispatch.clock.aheadMs = 60_000;
    await dispatch.fire();
    await forget("DELETE FROM block WHERE shard = $1 AND step = 1");
    expect(gapOf(await books())).toBe(8);
  });

  it("shows a wait that has gone: nobody would ever ask whether they were reached", async () => {
    await launch({ people: 5, waitS: 10 });
    await dispatch.send();
    await forget("DELETE FROM fallback_timer WHERE shard = $1");
    expect(gapOf(await books())).toBe(5);
  });

  it("shows members that stand in two blocks for one step: they would be sent to twice", async () => {
    await launch({ people: 6 });
    await forget(
      `INSERT INTO block (shard, id, account_id, campaign_id, step, try, lane, available_at, first_id, size, members)
       SELECT shard, next_block_id(shard), account_id, campaign_id, step, 1, lane, available_at, first_id, 2,
         ARRAY[first_id, first_id + 1] FROM block WHERE shard = $1`,
    );
    const now = await books();
    expect([now.missing, now.doubled, gapOf(now)]).toEqual([0, 2, 2]);
  });
});
