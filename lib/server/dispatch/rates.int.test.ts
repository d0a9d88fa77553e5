import { afterEach, describe, expect, it } from "vitest";
import { useTestDatabase } from "../../../tests/int/harness";
import { countAttempts, startLiveStack, until, type LiveStack } from "../../../tests/int/live-stack";

const database = useTestDatabase();
const held: { stack?: LiveStack } = {};
afterEach(() => held.stack?.stop());

const RATE = 120;

/** The most that any second of the carrier's ledger holds. */
function busiestSecond(times: readonly number[]): number {
  const sorted = [...times].sort((a, b) => a - b);
  let from = 0;
  let most = 0;
  for (let to = 0; to < sorted.length; to += 1) {
    while ((sorted[to] ?? 0) - (sorted[from] ?? 0) >= 1_000) from += 1;
    most = Math.max(most, to - from + 1);
  }
  return most;
}

describe("two worker processes on one connection", () => {
  it("share its rate: the carrier's ledger never shows what two rates would come to", async () => {
    const stack = await startLiveStack(database, { ratePerSecond: RATE });
    held.stack = stack;
    stack.sandbox.scenarios.replace({ mix: { whatsapp: { delivered_read: 100 } } });
    await Promise.all([stack.startWorker(), stack.startWorker()]);
    const people = 300;
    const campaigns = await Promise.all([stack.launch({ people, waitS: 600 }), stack.launch({ people, waitS: 600 })]);
    const isThrough = async (): Promise<boolean> => {
      const sent = await Promise.all(campaigns.map((id) => countAttempts(database, id)));
      return sent.every((n) => n >= people);
    };
    await until("all are sent", isThrough, 90_000);
    const query = { after: 0, limit: 1_000, to: null, channel: "whatsapp", newest: false } as const;
    const times = stack.sandbox.ledger.list(query).entries.map(({ atMs }) => atMs);
    // A call that this machine was too slow for may be missing; the carrier had nearly all.
    expect(times.length).toBeGreaterThan(1.9 * people);
    // Arrivals at the carrier bunch up when this machine stalls; the exact bound is asserted where sends are let through.
    expect(busiestSecond(times)).toBeLessThan(RATE * 1.4);
  });
});
