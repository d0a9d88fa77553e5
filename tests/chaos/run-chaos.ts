import { setMaxListeners } from "node:events";
import { launchCampaign } from "../../lib/server/dispatch/campaigns/launch-campaign";
import { gapOf, sumConservation, type Conservation } from "../../lib/server/dispatch/conservation";
import { LEASE_MS } from "../../lib/server/dispatch/dispatch-deps";
import { testCampaign, type TestCampaign } from "../../lib/server/dispatch/dispatch.fixture";
import { compareLedger, type Comparison } from "../../scripts/compare-ledger";
import { runApiTraffic, type ApiTraffic } from "./api-traffic";
import { startChaosStack, type ChaosStack } from "./chaos-stack";
import { judge, type Story, type Verdict } from "./judge";
import { planFaults, type PlannedFault } from "./plan-faults";
import { readStory } from "./read-story";
import { pause, runFaults, type FaultLog, type FaultRecord } from "./run-faults";

export type ChaosWish = {
  readonly messages: number;
  readonly kills: number;
  readonly stops: number;
  readonly networkFaults: number;
  readonly spreadMs: number;
  readonly seed: string;
  /** For everything together. */
  readonly boundMs: number;
};

/** All that came of a run. */
export type ChaosResult = {
  readonly wish: ChaosWish;
  readonly plan: readonly PlannedFault[];
  readonly faults: readonly FaultRecord[];
  /** Numbers of which we said: taken, it will be sent. */
  readonly accepted: number;
  readonly api: ApiTraffic;
  readonly comparison: Comparison;
  readonly story: Story;
  readonly verdict: Verdict;
  readonly books: Conservation;
  /** The worst that the conservation gauge read while everything was being broken, and how often it was read. */
  readonly gauge: { readonly worst: number; readonly reads: number };
  readonly quiet: boolean;
  readonly tookMs: number;
};

/** Half of what is usual: a machine that is busy with all of this answers late, and that is no fault of the wire. */
const WIRE_TIMEOUT_MS = 5_000;
const SANDBOX_SPEED = 20;
const WAIT_S = 10;
/** Sending lasts about as long as the faults do. */
const RATE_MARGIN = 1.3;

/** People of the campaigns have places of their own, so that each gets one message. */
const SHARES = [
  { route: "whatsapp-sms", category: "marketing", share: 0.6, firstPlace: 21 },
  { route: "viber-sms", category: "marketing", share: 0.15, firstPlace: 400_021 },
  { route: "whatsapp-sms", category: "utility", share: 0.2, firstPlace: 600_021 },
] as const satisfies readonly (Omit<TestCampaign, "people"> & { readonly share: number })[];
const API_SHARE = 0.05;
const API_FIRST_NUMBER = 77_800_021;

/** A campaign through the sandbox while processes are killed and networks broken, until all is quiet; then it is judged. */
export async function runChaos(wish: ChaosWish, signal: AbortSignal, log: FaultLog): Promise<ChaosResult> {
  const startedAt = performance.now();
  const left = (): number => wish.boundMs - (performance.now() - startedAt);
  const plan = planFaults({ ...wish, leaseMs: LEASE_MS });
  const ratePerSecond = Math.max(50, Math.ceil((RATE_MARGIN * wish.messages * 1_000) / wish.spreadMs));
  const stack = await startChaosStack({ ratePerSecond, sandboxSpeed: SANDBOX_SPEED, wireTimeoutMs: WIRE_TIMEOUT_MS });
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(new Error("Stopped from outside.")), { once: true });
  });
  aborted.catch(() => undefined);
  const over = new AbortController();
  const bound = AbortSignal.any([signal, over.signal, AbortSignal.timeout(Math.max(1, wish.boundMs))]);
  setMaxListeners(0, bound); // every planned fault waits on it
  try {
    const run = async (): Promise<ChaosResult> => {
      log(`the stack is up; ${plan.length} faults within ${Math.round(wish.spreadMs / 1_000)} s, seed ${wish.seed}`);
      const people = await launchAll(stack, wish.messages);
      const apiWish = apiWishOf(wish);
      const gauge = watchGauge(stack, startedEpoch, bound);
      const [faults, api] = await Promise.all([
        runFaults(stack, plan, bound, log),
        runApiTraffic(stack.account, apiWish, bound),
      ]);
      log("all faults are over; waiting until everything is quiet");
      const quiet = await waitUntilQuiet(stack, left, bound, log);
      over.abort();
      const measured = await gauge;
      const comparison = await compareLedger(stack.database.sql, stack.sandboxUrl, null);
      const story = await readStory(stack, comparison.entries, faults);
      const books = await sumConservation(stack.database.sql, [stack.account.shard], startedEpoch);
      return {
        ...{ wish, plan, faults, api, comparison, story, books, quiet, gauge: measured },
        verdict: judge(story),
        accepted: people + api.accepted.length,
        tookMs: performance.now() - startedAt,
      };
    };
    const startedEpoch = Date.now() - 60_000;
    return await Promise.race([run(), aborted]);
  } finally {
    over.abort();
    await stack.stop();
  }
}

async function launchAll(stack: ChaosStack, messages: number): Promise<number> {
  let people = 0;
  for (const { share, ...rest } of SHARES) {
    const wish = { ...rest, people: Math.max(1, Math.round(messages * share)), waitS: WAIT_S };
    const campaignId = await testCampaign(stack.database, stack.account, wish);
    await launchCampaign(stack.account.as("marketer"), campaignId);
    people += wish.people;
  }
  return people;
}

function apiWishOf(wish: ChaosWish) {
  const messages = Math.max(3, Math.round(wish.messages * API_SHARE));
  return { messages, everyMs: (wish.spreadMs / messages) * 0.8, firstNumber: API_FIRST_NUMBER };
}

const GAUGE_REST_MS = 5_000;

/** Reads the gauge again and again, also while the database is being killed; then there is nothing to read. */
async function watchGauge(stack: ChaosStack, sinceMs: number, signal: AbortSignal): Promise<ChaosResult["gauge"]> {
  let worst = 0;
  let reads = 0;
  while (!signal.aborted) {
    await pause(GAUGE_REST_MS, signal);
    const books = await sumConservation(stack.database.sql, [stack.account.shard], sinceMs).catch(() => null);
    if (books === null) continue;
    reads += 1;
    worst = Math.max(worst, gapOf(books));
  }
  return { worst, reads };
}

const QUIET_FOR_MS = 2_000;
const SAY_EVERY_MS = 10_000;

/** Nothing to send, nothing to wait for, no receipt on its way; and so it stays. */
async function waitUntilQuiet(
  stack: ChaosStack,
  leftMs: () => number,
  signal: AbortSignal,
  log: FaultLog,
): Promise<boolean> {
  let quietSince: number | null = null;
  let saidAt = performance.now();
  while (leftMs() > 0 && !signal.aborted) {
    await pause(500, signal);
    const state = await readState(stack).catch(() => null);
    if (state === null || state.some(({ n }) => n > 0)) {
      quietSince = null;
      const text = state === null ? "the database is away" : state.map(({ what, n }) => `${what} ${n}`).join(", ");
      if (performance.now() - saidAt < SAY_EVERY_MS) continue;
      log(text);
      saidAt = performance.now();
      continue;
    }
    quietSince ??= performance.now();
    if (performance.now() - quietSince >= QUIET_FOR_MS) return true;
  }
  return false;
}

type State = readonly { readonly what: string; readonly n: number }[];

async function readState(stack: ChaosStack): Promise<State> {
  const { rows } = await stack.database.sql.query(
    `SELECT (SELECT count(*)::integer FROM campaign WHERE status <> 'completed') AS campaigns,
       (SELECT count(*)::integer FROM block WHERE state IN (0, 1, 3)) AS blocks,
       (SELECT count(*)::integer FROM fallback_timer) AS timers`,
  );
  const response = await fetch(`${stack.sandboxUrl}/_sandbox/ledger/summary`);
  const summary = (await response.json()) as { scheduled: number; backlog: Record<string, number> };
  const backlog = Object.values(summary.backlog).reduce((sum, n) => sum + n, 0);
  return [
    { what: "campaigns", n: Number(rows[0]?.campaigns) },
    { what: "blocks", n: Number(rows[0]?.blocks) },
    { what: "timers", n: Number(rows[0]?.timers) },
    { what: "receipts due", n: summary.scheduled },
    { what: "receipts not taken", n: backlog },
  ];
}
