import { describe, expect, it } from "vitest";
import { checkReadiness } from "../../lib/server/dispatch/check-readiness";
import { launchCampaign } from "../../lib/server/dispatch/campaigns/launch-campaign";
import { setSwitch, testCampaign, testDispatch } from "../../lib/server/dispatch/dispatch.fixture";
import { readRollup, reconstructRollup } from "../../lib/server/dispatch/rollup-reconstruction.fixture";
import { findPartitionGaps, keepPartitions } from "../../lib/server/dispatch/upkeep/keep-partitions";
import { mendGaps } from "../../lib/server/dispatch/upkeep/run-partitions";
import { createTestAccount, useTestDatabase } from "../int/harness";
import { monthName, monthStart, rowsByPartition, useIdClock } from "./id-clock";

const database = useTestDatabase();

async function prepared(people: number) {
  const account = await createTestAccount(database);
  await setSwitch(database, account, true);
  const dispatch = await testDispatch(database, account);
  const launch = async (): Promise<string> => {
    const campaignId = await testCampaign(database, account, { people });
    await launchCampaign(account.as("marketer"), campaignId);
    return campaignId;
  };
  return { account, dispatch, launch };
}

describe("a campaign across the end of a month", () => {
  it("planned in its last second, sent, received and fallen back after midnight, it lives whole in the month it was planned in", async () => {
    const { account, dispatch, launch } = await prepared(4);
    const midnight = monthStart(1);
    await useIdClock(database, new Date(midnight.getTime() - 1));
    await dispatch.plan(await launch());

    await useIdClock(database, new Date(midnight.getTime() + 2_000));
    dispatch.clock.aheadMs = midnight.getTime() + 2_000 - Date.now();
    await dispatch.send();
    const [first, ...silent] = dispatch.carriers.calls.map(({ request }) => request.reference);
    await dispatch.receive("whatsapp", [{ reference: first ?? "", kind: "delivered" }]);
    dispatch.clock.aheadMs += 11_000;
    while ((await dispatch.fire()) > 0);
    await dispatch.send();
    const sms = dispatch.carriers.calls
      .filter(({ channel }) => channel === "sms")
      .map(({ request }) => request.reference);
    expect(sms).toHaveLength(silent.length);
    await dispatch.receive(
      "sms",
      sms.map((reference) => ({ carrierId: `id-${reference}`, kind: "delivered" })),
    );
    await dispatch.plan(await launch());

    const [last, next] = [monthName(0), monthName(1)];
    expect(await rowsByPartition(database, account.accountId)).toMatchObject({
      [`message_${last}`]: 4,
      [`attempt_${last}`]: 7,
      [`receipt_evidence_${last}`]: 4,
      [`carrier_ref_${last}`]: 3,
      [`fallback_decision_${last}`]: 3,
      [`message_${next}`]: 4,
    });
    expect(await readRollup(database.sql, account.accountId)).toEqual(
      await reconstructRollup(database.sql, account.accountId),
    );
  });

  it("a whole block of the month's last millisecond lies before the next month's first id", async () => {
    const { rows } = await database.sql.query(
      `SELECT (dispatch_id_floor($1::timestamptz - interval '1 millisecond') | (63 << 16) | (63 << 10)) + 999 AS last,
         dispatch_id_floor($1) AS bound`,
      [monthStart(1)],
    );
    expect(BigInt(rows[0]?.last)).toBeLessThan(BigInt(rows[0]?.bound));
  });
});

describe("a month that has no partition", () => {
  it("stops planning without losing anybody, is found, and is mended by the worker's own loop", async () => {
    const { account, dispatch, launch } = await prepared(3);
    const farAway = monthStart(20);
    await useIdClock(database, new Date(farAway.getTime() + 60_000));
    dispatch.clock.aheadMs = farAway.getTime() + 60_000 - Date.now();
    const campaignId = await launch();
    await expect(dispatch.plan(campaignId)).rejects.toThrow(/no partition of relation/);
    expect(await rowsByPartition(database, account.accountId)).toEqual({});

    expect(await mendGaps(dispatch.deps)).toEqual(
      expect.arrayContaining([
        "attempt",
        "carrier_ref",
        "fallback_decision",
        "message",
        "receipt_evidence",
        "skipped_send",
      ]),
    );
    expect(await findPartitionGaps(database.sql, dispatch.clock.now())).toEqual([]);
    await dispatch.plan(campaignId);
    await dispatch.send();
    expect(dispatch.carriers.calls).toHaveLength(3);
  });

  it("makes the readiness say so, until a worker has mended it", async () => {
    Object.assign(globalThis, { kamurjPool: database.sql });
    expect(await checkReadiness()).toMatchObject({ database: true, partitionGaps: 0 });
    await database.sql.query(`DROP TABLE carrier_ref_${monthName(0)}`);
    expect(await checkReadiness()).toMatchObject({ status: "degraded", partitionGaps: 1 });
    const { dispatch } = await prepared(1);
    expect(await mendGaps(dispatch.deps)).toEqual(["carrier_ref"]);
    expect(await checkReadiness()).toMatchObject({ partitionGaps: 0 });
  });

  it("never comes while a worker runs: this month and the two after it are there, made once by however many at a time", async () => {
    const nowMs = monthStart(30).getTime();
    const made = await Promise.all([1, 2, 3, 4].map(() => keepPartitions(database.sql, nowMs)));
    const { rows } = await database.sql.query("SELECT count(*)::int AS n FROM dispatch_partitioned_tables()");
    expect(made.filter((n) => n > 0)).toEqual([Number(rows[0]?.n) * 3]);
    for (const months of [30, 31, 32]) {
      expect(await findPartitionGaps(database.sql, monthStart(months).getTime())).toEqual([]);
    }
    expect(await findPartitionGaps(database.sql, monthStart(33).getTime() - 3_600_000)).not.toEqual([]);
  });

  it("gets the storage parameters, keys, indexes and triggers of its siblings", async () => {
    const shape = `SELECT c.reloptions, (SELECT count(*)::int FROM pg_index i WHERE i.indrelid = c.oid) AS indexes,
        (SELECT count(*)::int FROM pg_trigger t WHERE t.tgrelid = c.oid) AS triggers, c.relpages > 0 AS seeded
      FROM pg_class c WHERE c.relname = $1`;
    for (const base of ["attempt", "message"]) {
      const [old, fresh] = await Promise.all(
        [monthName(0), monthName(31)].map(
          async (month) => (await database.sql.query(shape, [`${base}_${month}`])).rows[0],
        ),
      );
      expect(fresh).toEqual(old);
    }
  });
});
