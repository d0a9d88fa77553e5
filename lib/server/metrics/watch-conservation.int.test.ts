import pino from "pino";
import { beforeEach, describe, expect, it } from "vitest";
import { createTestAccount, useTestDatabase, type TestAccount } from "../../../tests/int/harness";
import { launchCampaign } from "../dispatch/campaigns/launch-campaign";
import { testCampaign, testDispatch } from "../dispatch/dispatch.fixture";
import { watchConservation, type ConservationWatch } from "./watch-conservation";

const database = useTestDatabase();
let account: TestAccount;
let lines: string[];
beforeEach(async () => {
  account = await createTestAccount(database);
  lines = [];
  const dispatch = await testDispatch(database, account);
  const campaignId = await testCampaign(database, account, { people: 30 });
  await launchCampaign(account.as("marketer"), campaignId);
  await dispatch.plan(campaignId);
});

function watchOwn(stretch: number): ConservationWatch {
  return watchConservation({
    sql: database.sql,
    shards: () => Promise.resolve([account.shard]),
    now: Date.now,
    logger: pino({ level: "info" }, { write: (line: string) => void lines.push(line) }),
    stretch,
  });
}

describe("the conservation watch", () => {
  it("knows nothing before it has read, and 0 after a round", async () => {
    const watch = watchOwn(100);
    expect(watch.view()).toEqual({ gap: null, checked: 0, checkedAtMs: null });
    await watch.step();
    expect(watch.view()).toMatchObject({ gap: 0, checked: 30 });
    expect(lines).toEqual([]);
  });

  it("looks at no more than a stretch in one step, and at everything in a round", async () => {
    const watch = watchOwn(8);
    for (let step = 0; step < 3; step += 1) {
      await watch.step();
      expect(watch.view()).toMatchObject({ gap: 0, checkedAtMs: null });
    }
    await watch.step();
    expect(watch.view().checked).toBe(30);
  });

  it("shows a loss in the round that finds it, keeps showing it through the next, and says in the log whose", async () => {
    await database.sql.query("UPDATE block SET cursor = 3 WHERE shard = $1 AND account_id = $2", [
      account.shard,
      account.accountId,
    ]);
    const watch = watchOwn(20);
    await watch.step();
    expect(watch.view().gap).toBe(3);
    await watch.step();
    await watch.step();
    expect(watch.view().gap).toBe(3);
    expect(JSON.parse(lines[0] ?? "{}")).toMatchObject({
      missing: 3,
      messageIds: [/^msg_/, /^msg_/, /^msg_/].map((id) => expect.stringMatching(id)),
    });
  });
});
