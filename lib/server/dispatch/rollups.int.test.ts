import { describe, expect, it } from "vitest";
import { createTestAccount, useTestDatabase } from "../../../tests/int/harness";
import { launchCampaign } from "./campaigns/launch-campaign";
import { setSwitch, testCampaign, testDispatch } from "./dispatch.fixture";
import { readRollup, reconstructRollup } from "./rollup-reconstruction.fixture";
import { foldRollups } from "./upkeep/fold-rollups";

const database = useTestDatabase();

/** A generator of numbers that is the same on every run. */
function draws(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

describe("rollups", () => {
  it.each([1, 2])(
    "are what the rows come to, after a random campaign (seed %s), before folding and after",
    async (seed) => {
      const draw = draws(seed);
      const account = await createTestAccount(database);
      await setSwitch(database, account, true);
      const dispatch = await testDispatch(database, account);
      const campaignId = await testCampaign(database, account, {
        people: 400,
        route: "whatsapp-viber-sms",
        body: "x".repeat(200),
      });
      const outcomes = (channel: string) => (request: { reference: string }) => {
        const x = draw();
        const carrierIds =
          channel === "sms" ? [`${request.reference}a`, `${request.reference}b`] : [`id-${request.reference}`];
        if (x < 0.06)
          return {
            kind: "refused",
            code: channel === "whatsapp" ? "131026" : "9",
            detail: "",
            carrierIds: [],
            raw: "",
          } as const;
        if (x < 0.1) return { kind: "unknown", code: "timeout", detail: "", carrierIds: [], raw: "" } as const;
        if (x < 0.14) return { kind: "not_sent", code: "131056", detail: "", retryAfterMs: null, raw: "" } as const;
        return { kind: "accepted", carrierIds, raw: "" } as const;
      };
      for (const channel of ["whatsapp", "viber", "sms"] as const)
        dispatch.carriers.answer[channel] = outcomes(channel);
      await launchCampaign(account.as("marketer"), campaignId);
      await dispatch.plan(campaignId);
      for (let round = 0; round < 6; round += 1) {
        await dispatch.send();
        for (const channel of ["whatsapp", "viber", "sms"] as const) {
          const calls = dispatch.carriers.calls.filter((call) => call.channel === channel);
          const receipts = calls.flatMap(({ request }) => {
            const kind = (["sent", "delivered", "read", "failed", "expired"] as const)[Math.floor(draw() * 9)];
            if (kind === undefined) return [];
            const carrierId =
              channel === "sms" ? `${request.reference}${draw() < 0.5 ? "a" : "b"}` : `id-${request.reference}`;
            const code = kind === "failed" || kind === "expired" ? "131026" : null;
            const carrierTimeMs = dispatch.clock.now() - Math.floor(draw() * 400_000);
            return [
              { carrierId, kind, code, carrierTimeMs, reference: channel === "whatsapp" ? request.reference : null },
            ];
          });
          for (let from = 0; from < receipts.length; from += 60)
            await dispatch.receive(channel, receipts.slice(from, from + 60));
        }
        dispatch.clock.aheadMs += 11_000;
        while ((await dispatch.fire()) > 0);
      }
      const fromRows = await reconstructRollup(database.sql, account.accountId);
      expect(fromRows.length).toBeGreaterThan(20);
      expect(await readRollup(database.sql, account.accountId)).toEqual(fromRows);
      await foldRollups(database.sql);
      expect(await readRollup(database.sql, account.accountId)).toEqual(fromRows);
    },
  );
});
