import { describe, expect, it } from "vitest";
import { createTestAccount, useTestDatabase, type TestAccount } from "../../../tests/int/harness";
import { LATENCY_BUCKETS } from "@/lib/domain/dispatch/latency-bucket";
import { launchCampaign } from "./campaigns/launch-campaign";
import { setSwitch, testCampaign, testDispatch } from "./dispatch.fixture";
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

const bucket = `CASE ${LATENCY_BUCKETS.filter(({ maxS }) => Number.isFinite(maxS))
  .map(
    ({ code, maxS }) =>
      `WHEN extract(epoch FROM coalesce(a.delivered_at, a.read_at) - a.sent_at) <= ${maxS} THEN '${code}'`,
  )
  .join(" ")} ELSE 'more' END`;

const FROM_ROWS = `
  SELECT date_trunc('hour', dispatch_id_time(m.id), 'UTC') AS hour, 1 AS channel, 0 AS step, m.country, 'message' AS kind, '' AS code,
    count(*) AS n, 0 AS segments, 0 AS cost FROM message m WHERE m.account_id = $1 GROUP BY 1, 4
  UNION ALL
  SELECT date_trunc('hour', a.sent_at, 'UTC'), a.channel, a.step, a.country,
    CASE a.status WHEN 10 THEN 'not_sent' WHEN 20 THEN 'unknown' WHEN 30 THEN 'refused' WHEN 40 THEN 'accepted' WHEN 50 THEN 'sent'
      WHEN 60 THEN 'failed' WHEN 70 THEN 'delivered' ELSE 'read' END,
    CASE WHEN a.status >= 70 THEN ${bucket} WHEN a.status IN (10, 30, 60) THEN coalesce(a.error_code, '') ELSE '' END,
    count(*), sum(a.segments), sum(a.cost_micros) FROM attempt a WHERE a.account_id = $1 GROUP BY 1, 2, 3, 4, 5, 6
  UNION ALL
  SELECT date_trunc('hour', a.sent_at, 'UTC'), a.channel, a.step, a.country, 'double_reach', '', count(*), 0, 0
  FROM attempt a WHERE a.account_id = $1 AND a.double_reach GROUP BY 1, 2, 3, 4
  UNION ALL
  SELECT date_trunc('hour', d.decided_at, 'UTC'), CASE d.step WHEN 0 THEN 1 ELSE 2 END, d.step, m.country,
    CASE WHEN d.allowed THEN 'fallback' ELSE 'fallback_denied' END, coalesce(d.denial, d.trigger), count(*), 0, 0
  FROM fallback_decision d JOIN message m ON m.shard = d.shard AND m.id = d.message_id WHERE d.account_id = $1 GROUP BY 1, 2, 3, 4, 5, 6
  UNION ALL
  SELECT date_trunc('hour', s.at, 'UTC'), CASE s.step WHEN 0 THEN 1 WHEN 1 THEN 2 ELSE 3 END, s.step, m.country, 'skipped', s.reason,
    count(*), 0, 0
  FROM skipped_send s JOIN message m ON m.shard = s.shard AND m.id = s.message_id WHERE s.account_id = $1 GROUP BY 1, 2, 3, 4, 6`;

async function table(query: string, account: TestAccount): Promise<string[]> {
  const { rows } = await database.sql.query(query, [account.accountId]);
  return rows
    .map((row) =>
      [
        row.hour.toISOString(),
        row.channel,
        row.step,
        row.country,
        row.kind,
        row.code,
        row.n,
        row.segments,
        row.cost,
      ].join(" "),
    )
    .sort();
}

const FROM_ROLLUP = `SELECT hour, channel, step, country, kind, code, sum(n) AS n, sum(segments) AS segments, sum(cost_micros) AS cost
  FROM rollup WHERE account_id = $1 GROUP BY 1, 2, 3, 4, 5, 6
  HAVING sum(n) <> 0 OR sum(segments) <> 0 OR sum(cost_micros) <> 0`;

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
      const fromRows = await table(FROM_ROWS, account);
      expect(fromRows.length).toBeGreaterThan(20);
      expect(await table(FROM_ROLLUP, account)).toEqual(fromRows);
      await foldRollups(database.sql);
      expect(await table(FROM_ROLLUP, account)).toEqual(fromRows);
    },
  );
});
