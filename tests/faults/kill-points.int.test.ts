import type { ChildProcess } from "node:child_process";
import { afterAll, beforeAll, describe, it } from "vitest";
import { ATTEMPT_STATUS_CODE, CATEGORIES, type Category, type RouteKey } from "../../lib/domain/vocabulary";
import { FAILPOINTS, type Failpoint } from "../../lib/server/dispatch/failpoint";
import type { Comparison } from "../../scripts/compare-ledger";
import { bundlePrograms } from "../chaos/bundle-programs";
import { useTestDatabase } from "../int/harness";
import { countOf, faultsOf, takenTwice } from "../int/live-stack";
import { CONNECTORS, openLane, openWorld, PEOPLE, type KillWorld, type Lane, type Snapshot } from "./kill-world";

type Combination = {
  readonly failpoint: Failpoint;
  readonly connector: (typeof CONNECTORS)[number];
  readonly category: Category;
};

/**
 * Every step of the protocol, over every connector, for every category: the process is killed right there, another one takes over, and
 * the carriers' own ledger says whether anything was lost or sent twice.
 */
const COMBINATIONS: readonly Combination[] = FAILPOINTS.flatMap((failpoint, i) =>
  CONNECTORS.flatMap((connector) => categoriesOf(connector, i).map((category) => ({ failpoint, connector, category }))),
);

/**
 * SMS over HTTP is sent as WhatsApp and Viber are, and decided on as SMS by SMPP is; what is its own is on the wire and in its webhooks.
 * So it is killed at each step once, with each category in turn.
 */
function categoriesOf(connector: Combination["connector"], place: number): readonly Category[] {
  if (connector !== "http_sms") return CATEGORIES;
  return CATEGORIES.filter((_, i) => i === place % CATEGORIES.length);
}

/** As many as vitest runs of one file at once. Most of a story is waiting: for polls, for receipts, for a process to start. */
const LANES = 5;
const TEST_BOUND_MS = 300_000;
const databases = Array.from({ length: LANES }, () => useTestDatabase());
const children: ChildProcess[] = [];
const free: Lane[] = [];
const held: { programs?: Awaited<ReturnType<typeof bundlePrograms>> } = {};

beforeAll(async () => {
  const programs = await bundlePrograms();
  held.programs = programs;
  free.push(...(await Promise.all(databases.map((database) => openLane(database, programs, children)))));
});
afterAll(async () => {
  for (const child of children) child.kill("SIGKILL");
  await held.programs?.remove();
});

/** How often the point is passed before it kills: in the middle of a sub-batch where it is passed once for each message. */
const COUNT: Partial<Record<Failpoint, number>> = { "wire.during": 40, "wire.after": 40 };

const isOf = (failpoint: Failpoint, ...steps: readonly string[]): boolean =>
  steps.includes(failpoint.split(".")[0] ?? "");

/** SMS has no channel behind it: what asks for the next channel is the one before. */
function routeOf({ failpoint, connector }: Combination): RouteKey {
  if (connector === "whatsapp" || connector === "viber") return `${connector}-sms`;
  return isOf(failpoint, "timers", "decisions") ? "whatsapp-sms" : "sms";
}

/** What must be so if the process died there and nowhere else. */
const TRACES: Record<Failpoint, (at: Snapshot) => boolean> = {
  "claim.before": (at) => at.ready > 0 && at.leased === 0 && at.taken === 0,
  "claim.after": (at) => at.leased > 0 && at.inFlight.size === 0 && at.taken === 0,
  "intent.after": (at) => at.inFlight.size > 0 && at.taken === 0,
  // The first answers may have been stored by then: outcomes wait for one another a few hundredths of a second at most.
  "wire.during": (at) => at.inFlight.size > at.outcomes,
  "wire.after": (at) => at.inFlight.size > 0 && at.taken > at.outcomes,
  // A carrier refuses at once and takes only what its ledger holds: the first outcomes to be stored may all be refusals.
  "outcome.before": (at) => at.inFlight.size > 0 && at.outcomes === 0 && at.taken + at.turnedAway > 0,
  "outcome.after": (at) => at.outcomes > 0,
  "receipts.before": (at) => at.receipts === 0 && at.taken > 0,
  "receipts.after": (at) => at.receipts > 0,
  "timers.before": (at) => at.timers > 0 && at.decisions === 0,
  "decisions.before": (at) => at.timers > 0 && at.decisions === 0,
  "decisions.after": (at) => at.decisions > 0,
  "planning.before": (at) => at.messages === 0,
  "planning.after": (at) => at.messages === PEOPLE && at.taken === 0,
  "recovery.before": (at) => at.inFlight.size > 0 && at.outcomes === 0,
};

/** Who dies, and what is up beside it. @returns what was there at the moment of death */
async function playUntilDeath(world: KillWorld, { failpoint, connector }: Combination): Promise<Snapshot> {
  const isWebhook = isOf(failpoint, "receipts") && connector !== "smpp";
  if (isWebhook) {
    const death = world.dieAt("receiver", failpoint, 1);
    await Promise.all([death, world.takeOver()]);
    // Who is refused by the answer goes on by SMS at once: those receipts come to the worker, which lives.
    const at = await world.snapshot();
    return { ...at, receipts: at.webhookReceipts };
  }
  if (failpoint === "recovery.before") {
    await world.dieAt("worker", "intent.after", 1);
    await world.endLeases();
  }
  await world.dieAt("worker", failpoint, COUNT[failpoint] ?? 1);
  return world.snapshot();
}

type Story = { readonly at: Snapshot; readonly comparison: Comparison; readonly repeated: readonly string[] };

async function play(lane: Lane, combination: Combination): Promise<Story> {
  const { failpoint, connector, category } = combination;
  const isWebhook = isOf(failpoint, "receipts") && connector !== "smpp";
  const world = await openWorld(lane, {
    ...{ route: routeOf(combination), ownReceiver: isWebhook },
    sms: connector === "http_sms" ? "http_sms" : "smpp",
  });
  try {
    const campaignId = await world.launch(category);
    const at = await playUntilDeath(world, combination);
    await world.endLeases();
    await (isWebhook ? world.startReceiver() : world.takeOver());
    await world.untilCompleted(campaignId);
    const comparison = await world.compare();
    return { at, comparison, repeated: forbiddenRepeats(world, category, at, comparison) };
  } finally {
    await world.close();
  }
}

/**
 * Numbers that two channels took though the first one reaches them. Whoever was on the wire at the kill may be asked by the next channel
 * too, but never for advertising.
 */
function forbiddenRepeats(
  world: KillWorld,
  category: Category,
  at: Snapshot,
  { entries, attempts }: Comparison,
): string[] {
  const sms = new Set(entries.filter(({ channel }) => channel === "sms").map(({ to }) => to));
  const twice = entries.filter(({ channel, to }) => channel !== "sms" && sms.has(to) && world.reaches(channel, to));
  const onWire = attempts.filter(({ messageId }) => at.inFlight.has(messageId)).map(({ e164 }) => e164);
  const excused = new Set(category === "marketing" ? [] : onWire);
  return twice.map(({ to }) => to).filter((to) => !excused.has(to));
}

describe("the process is killed, and another one takes over", () => {
  for (const combination of COMBINATIONS) {
    const { failpoint, connector, category } = combination;
    const name = `killed at ${failpoint} with ${category} over ${connector}: nothing is lost, nothing is sent twice`;
    it.concurrent(
      name,
      async ({ expect }) => {
        const lane = free.pop();
        if (lane === undefined) throw new Error("More stories at once than lanes.");
        const { at, comparison, repeated } = await play(lane, combination).finally(() => free.push(lane));

        expect(TRACES[failpoint](at), JSON.stringify({ ...at, inFlight: at.inFlight.size })).toBe(true);
        expect(faultsOf(comparison)).toEqual([]);
        expect(takenTwice(comparison)).toEqual([]);
        expect(repeated).toEqual([]);
        const unknown = comparison.attempts.filter(({ status }) => status === ATTEMPT_STATUS_CODE.unknown);
        expect(unknown.filter(({ messageId }) => !at.inFlight.has(messageId))).toEqual([]);
        expect(countOf(comparison, "messages")).toBe(PEOPLE);
        const ends = ["reached", "failed", "unknown", "skipped"].map((word) => countOf(comparison, word));
        expect(ends.reduce((sum, n) => sum + n)).toBe(PEOPLE);
      },
      TEST_BOUND_MS,
    );
  }
});
