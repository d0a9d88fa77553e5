import { describe, expect, it } from "vitest";
import { createTestAccount, useTestDatabase } from "../../../tests/int/harness";
import { launchCampaign } from "./campaigns/launch-campaign";
import { forgetNames, setSwitch, testCampaign, testDispatch } from "./dispatch.fixture";
import { interceptPool } from "./intercepted-pool.fixture";
import { readRollup, reconstructRollup } from "./rollup-reconstruction.fixture";
import { createWakeUp } from "./run-loop";
import { runSender } from "./sending/run-sender";

const database = useTestDatabase();

describe("a commit whose answer is lost", () => {
  it("leads to no second send, and to no second count", async () => {
    const account = await createTestAccount(database);
    await setSwitch(database, account, true);
    const dispatch = await testDispatch(database, account);
    const campaignId = await testCampaign(database, account, {
      ...{ people: 400, route: "whatsapp-viber-sms", body: "Hi {{name}}", waitS: 600 },
    });
    await forgetNames(database, account, 40);
    await launchCampaign(account.as("marketer"), campaignId);
    await dispatch.plan(campaignId);
    // Two tries of three people end with "nothing left", so that another block is made for them.
    const tries = new Map<string, number>();
    dispatch.carriers.answer.whatsapp = (request) => {
      const nth = (tries.get(request.to) ?? 0) + 1;
      tries.set(request.to, nth);
      if (Number(request.to.slice(-1)) < 3 && nth < 3)
        return { kind: "not_sent", code: "131056", detail: "", retryAfterMs: null, raw: "" };
      return { kind: "accepted", carrierIds: [`id-${request.reference}`], raw: "" };
    };
    let state = 7;
    let lost = 0;
    const isLost = (): boolean => {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
      if (state / 2_147_483_648 > 0.4) return false;
      lost += 1;
      return true;
    };
    const deps = { ...dispatch.deps, sql: interceptPool(database.sql, { losesAnswer: isLost }) };
    const stop = new AbortController();
    const sender = runSender(deps, () => Promise.resolve([account.shard]), stop.signal, createWakeUp());
    for (;;) {
      dispatch.clock.aheadMs += 1_000;
      await new Promise((resolve) => setTimeout(resolve, 25));
      const { rows } = await database.sql.query(
        "SELECT count(*)::integer AS n FROM block WHERE campaign_id = $1 AND state IN (0, 1)",
        [campaignId],
      );
      if (rows[0]?.n === 0) break;
    }
    stop.abort();
    await sender;
    expect(lost).toBeGreaterThan(5);
    const references = dispatch.carriers.calls.map(({ request }) => request.reference);
    expect(new Set(references).size).toBe(references.length);
    expect(tries.size).toBe(360);
    for (const [to, n] of tries) expect(n).toBe(Number(to.slice(-1)) < 3 ? 3 : 1);
    expect(await readRollup(database.sql, account.accountId)).toEqual(
      await reconstructRollup(database.sql, account.accountId),
    );
  });
});
