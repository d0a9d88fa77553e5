import { expect, it } from "vitest";
import { createTestAccount, useTestDatabase } from "../../../../tests/int/harness";
import { launchCampaign } from "../campaigns/launch-campaign";
import { setSwitch, testCampaign, testDispatch } from "../dispatch.fixture";
import { fireTimers } from "../timers/fire-timers";
import { createReceiptBatcher } from "./receipt-batcher";

const database = useTestDatabase();

it("a delivery whose commit hangs shows as lag, and no fallback is decided for it", async () => {
  const account = await createTestAccount(database);
  await setSwitch(database, account, true);
  const dispatch = await testDispatch(database, account);
  const { deps, clock } = dispatch;
  const campaignId = await testCampaign(database, account, { people: 1, waitS: 10 });
  await launchCampaign(account.as("marketer"), campaignId);
  await dispatch.plan(campaignId);
  await dispatch.send();
  const connection = deps.connections.forChannel(account.accountId, "whatsapp");
  if (connection === null) throw new Error("no connection");
  const reference = dispatch.carriers.calls[0]?.request.reference ?? null;
  const batcher = createReceiptBatcher({ pool: database.sql, now: clock.now });
  const holder = await database.sql.connect();
  await holder.query("BEGIN");
  await holder.query("SELECT 1 FROM attempt WHERE account_id = $1 FOR UPDATE", [account.accountId]);
  const at = clock.now();
  const stored = batcher.add([
    {
      ...{ reference, carrierId: "w1", kind: "delivered" as const, code: null, carrierTimeMs: at, receivedAtMs: at },
      ...{ accountId: account.accountId, connectionId: connection.id, shard: account.shard, raw: "{}" },
      channel: "whatsapp" as const,
    },
  ]);
  clock.aheadMs = 15_000;
  const health = batcher.health(clock.now());
  expect(health.backlog).toBe(1);
  expect(health.lagMs).toBeGreaterThanOrEqual(15_000);
  expect(await fireTimers(deps, account.shard, new Map([["whatsapp", health]]))).toBe(0);
  await holder.query("COMMIT");
  holder.release();
  await stored;
  await batcher.idle();
  expect(batcher.health(clock.now() + 60_000)).toEqual({ lagMs: 0, backlog: 0 });
  clock.aheadMs = 60_000;
  await dispatch.fire();
  const { rowCount } = await database.sql.query("SELECT 1 FROM fallback_decision WHERE account_id = $1", [
    account.accountId,
  ]);
  expect(rowCount).toBe(0);
});
