import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { formatReport, problemsOf } from "../chaos/report";
import { runChaos, type ChaosWish } from "../chaos/run-chaos";

/** `npm run chaos` in small; as large as wished with it (docs/chaos.md). */
const wish: Omit<ChaosWish, "seed" | "messages"> = {
  ...{ kills: 4, stops: 1, networkFaults: 4 },
  ...{ spreadMs: 14_000, boundMs: 160_000 },
};

async function play(messages: number, seed: string): Promise<readonly string[]> {
  const result = await runChaos({ ...wish, messages, seed }, new AbortController().signal, () => undefined);
  const problems = problemsOf(result);
  if (problems.length > 0) process.stderr.write(`${formatReport(result)}\n`);
  return problems;
}

describe("workers, PostgreSQL and webhooks killed, a worker stopped beyond its lease, networks broken, in a campaign", () => {
  it("nothing is lost, no marketing is sent twice, every unknown was on the wire at a fault, and no receipt is lost", async () => {
    expect(await play(2_000, "kamurj")).toEqual([]);
  });

  const seed = randomBytes(4).toString("hex");
  it(`the same with faults that nobody has chosen (npm run chaos -- --seed ${seed})`, async () => {
    expect(await play(1_000, seed)).toEqual([]);
  });
});
