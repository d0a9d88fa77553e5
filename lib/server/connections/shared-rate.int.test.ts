import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { grantSlots, slowDownRow, type RateRow } from "@/lib/domain/dispatch/rate-slots";
import { createTestAccount, useTestDatabase, type TestAccount } from "../../../tests/int/harness";
import { testDispatch } from "../dispatch/dispatch.fixture";
import { createRateLimiter, type RateLimiter } from "./rate-limiter";
import { readConnectionRates, sharedRate } from "./shared-rate";

const database = useTestDatabase();

async function connection(ratePerSecond: number): Promise<{ readonly account: TestAccount; readonly id: string }> {
  const account = await createTestAccount(database);
  const { deps } = await testDispatch(database, account, { ratePerSecond });
  const live = deps.connections.forChannel(account.accountId, "whatsapp");
  if (live === null) throw new Error("no connection");
  return { account, id: live.id };
}

const at = (ms: number): string => new Date(ms).toISOString();

describe("lease_rate_slots", () => {
  it("is the pure rule, whatever the row", async () => {
    const { account, id } = await connection(80);
    const key = [account.accountId, id];
    await database.sql.query(
      "INSERT INTO connection_rate (account_id, connection_id) VALUES ($1, $2) ON CONFLICT DO NOTHING",
      key,
    );
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: -1_000, max: 900 }),
        fc.double({ min: 1 / 64, max: 1, noNaN: true }),
        fc.integer({ min: -20_000, max: -10 }),
        fc.boolean(),
        fc.integer({ min: 1, max: 500 }),
        fc.record({
          pressure: fc.double({ min: 0.02, max: 1, noNaN: true }),
          urgent: fc.boolean(),
          aheadMs: fc.integer({ min: 0, max: 150 }),
        }),
        async (nextIn, share, slowedIn, paused, wanted, rest) => {
          const base = Date.now();
          const row = {
            nextAtMs: base + nextIn,
            share,
            slowedAtMs: base + slowedIn,
            pausedUntilMs: base + (paused ? 60_000 : -5),
          };
          await database.sql.query(
            "UPDATE connection_rate SET next_at = $3, share = $4, slowed_at = $5, paused_until = $6 WHERE account_id = $1 AND connection_id = $2",
            [...key, at(row.nextAtMs), share, at(row.slowedAtMs), at(row.pausedUntilMs)],
          );
          const grant = await sharedRate(database.sql, { accountId: account.accountId, id }).lease(
            wanted,
            rest.pressure,
            rest.urgent,
            rest.aheadMs,
          );
          if (grant === null) throw new Error("no grant");
          const pure = grantSlots(row, { ratePerSecond: 80, wanted, ...rest }, grant.nowMs);
          expect(grant.slots).toBe(pure.grant.slots);
          expect(grant.firstMs).toBeCloseTo(pure.grant.firstMs, 1);
          expect(grant.intervalMs).toBeCloseTo(pure.grant.intervalMs, 1);
          expect(grant.leadMs).toBeCloseTo(pure.grant.leadMs, 1);
          expect(grant.pausedMs).toBeCloseTo(pure.grant.pausedMs, 1);
          const stored = await database.sql.query(
            "SELECT extract(epoch FROM next_at)::float8 * 1000 AS ms FROM connection_rate WHERE account_id = $1 AND connection_id = $2",
            key,
          );
          if (grant.slots > 0) expect(stored.rows[0]?.ms).toBeCloseTo(pure.row.nextAtMs, 1);
        },
      ),
      { numRuns: 100 },
    );
  });

  it("answers nothing for a connection that is gone", async () => {
    const { account } = await connection(80);
    expect(
      await sharedRate(database.sql, { accountId: account.accountId, id: randomUUID() }).lease(1, 1, false, 0),
    ).toBeNull();
  });
});

describe("slowing down", () => {
  it("is the pure rule, is seen by every worker at its next lease, and by the connections page", async () => {
    const { account, id } = await connection(80);
    const source = sharedRate(database.sql, { accountId: account.accountId, id });
    await source.slowDown(30_000);
    expect((await source.lease(10, 1, false, 0))?.slots).toBe(0);
    const rates = (await readConnectionRates(database.sql, account.accountId)).get(id);
    expect(rates).toMatchObject({ configuredPerSecond: 80, nowPerSecond: 0 });
    await source.slowDown(30_000);
    const { rows } = await database.sql.query(
      "UPDATE connection_rate SET paused_until = now() - interval '1 ms', slowed_at = now() WHERE connection_id = $1 RETURNING share",
      [id],
    );
    const pure = slowDownRow(slowDownRow(fresh, 30_000, 0), 30_000, 5);
    expect(rows[0]?.share).toBeCloseTo(pure.share);
    const after = (await readConnectionRates(database.sql, account.accountId)).get(id);
    expect(after?.pausedUntilMs).toBeNull();
    expect(after?.nowPerSecond).toBeGreaterThanOrEqual(40);
    expect(after?.nowPerSecond).toBeLessThan(80);
    const slow = await source.lease(10, 1, false, 0);
    expect(slow?.intervalMs).toBeGreaterThan(1_000 / 80);
  });
});

const fresh: RateRow = { nextAtMs: 0, share: 1, slowedAtMs: Number.NEGATIVE_INFINITY, pausedUntilMs: 0 };

/** Sends of three workers that want far more than the rate, by their own clock at the moment they are let through. */
async function sendGreedily(limiters: readonly RateLimiter[], total: number): Promise<number[]> {
  const sentAt: number[] = [];
  const run = async (limiter: RateLimiter): Promise<void> => {
    while (sentAt.length < total) {
      const taken = limiter.take(100, 2);
      if (taken === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      const sends = Array.from({ length: taken }, async () => {
        const turn = limiter.pass(2);
        if (turn !== null) await turn;
        sentAt.push(performance.now());
        limiter.leave();
      });
      await Promise.all(sends);
    }
  };
  await Promise.all(limiters.map(run));
  return sentAt.sort((a, b) => a - b);
}

describe("three workers on one connection", () => {
  it("never let through more than the rate, one in a hundred and one, in any second, and each gets its share", async () => {
    const rate = 200;
    const { account, id } = await connection(rate);
    const served: number[] = [];
    const limiters = [0, 1, 2].map(() => {
      const source = sharedRate(database.sql, { accountId: account.accountId, id });
      return createRateLimiter({
        ...{
          ratePerSecond: rate,
          window: 64,
          longestWaitMs: 8_000,
          now: () => performance.now(),
          onError: () => undefined,
        },
        source: {
          slowDown: source.slowDown,
          async lease(...ask) {
            const grant = await source.lease(...ask);
            served.push(grant?.slots ?? 0);
            return grant;
          },
        },
      });
    });
    const sentAt = await sendGreedily(limiters, 700);
    for (const limiter of limiters) limiter.close();
    let from = 0;
    let most = 0;
    for (let to = 0; to < sentAt.length; to += 1) {
      while ((sentAt[to] ?? 0) - (sentAt[from] ?? 0) >= 1_000) from += 1;
      most = Math.max(most, to - from + 1);
    }
    expect(most).toBeLessThanOrEqual(rate * 1.01 + 1);
    expect(served.reduce((sum, slots) => sum + slots, 0)).toBeGreaterThanOrEqual(700);
  });
});
