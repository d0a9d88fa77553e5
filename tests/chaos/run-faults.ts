import type { ChaosStack, Slot } from "./chaos-stack";
import { LATENCY_MS, nameOf, targetOf, type Fault, type PlannedFault } from "./plan-faults";
import { drawFrom } from "../../sandbox/scenarios/draw";

/** A fault as it happened. Wall clock, milliseconds. */
export type FaultRecord = {
  readonly fault: Fault;
  readonly name: string;
  readonly fromMs: number;
  /** Until what it broke was whole again: the process up, the connections gone that were left half-open. */
  readonly untilMs: number;
};

export type FaultLog = (text: string) => void;

/** How long a half-open connection may be believed in before it is held against the worker. */
const HALF_OPEN_BOUND_MS = 45_000;

/** Does everything in the plan at its time, or as soon after as its target is whole. Ends early when the signal says so. */
export async function runFaults(
  stack: ChaosStack,
  plan: readonly PlannedFault[],
  signal: AbortSignal,
  log: FaultLog,
): Promise<FaultRecord[]> {
  const startedAt = performance.now();
  const busy = new Map<string, Promise<unknown>>();
  const records: FaultRecord[] = [];
  const one = async (fault: PlannedFault): Promise<void> => {
    await pause(fault.atMs - (performance.now() - startedAt), signal);
    const target = targetOf(fault);
    const mine = (busy.get(target) ?? Promise.resolve()).then(async () => {
      if (signal.aborted) return;
      const fromMs = Date.now();
      log(`${seconds(performance.now() - startedAt)} s  ${nameOf(fault)}${whichWorker(fault)}`);
      await apply(stack, fault, signal);
      records.push({ fault, name: nameOf(fault), fromMs, untilMs: Date.now() });
    });
    busy.set(
      target,
      mine.catch(() => undefined),
    );
    await mine;
  };
  await Promise.all(plan.map(one));
  return records.sort((a, b) => a.fromMs - b.fromMs);
}

async function apply(stack: ChaosStack, fault: PlannedFault, signal: AbortSignal): Promise<void> {
  switch (fault.kind) {
    case "kill_worker":
      return killAndStart(workerOf(stack, fault.worker), fault.lastMs, signal);
    case "kill_receiver":
      return killAndStart(stack.receiver, fault.lastMs, signal);
    case "kill_postgres":
      await stack.postgres.kill();
      await pause(fault.lastMs, signal);
      return stack.postgres.start();
    case "stop_worker": {
      const child = workerOf(stack, fault.worker).current()?.child;
      child?.kill("SIGSTOP");
      await pause(fault.lastMs, signal);
      child?.kill("SIGCONT");
      return;
    }
    case "network":
      return breakNetwork(stack, fault, signal);
  }
}

async function killAndStart(slot: Slot, downMs: number, signal: AbortSignal): Promise<void> {
  await slot.kill();
  await pause(downMs, signal);
  if (!signal.aborted) await slot.start();
}

async function breakNetwork(
  stack: ChaosStack,
  fault: Extract<PlannedFault, { kind: "network" }>,
  signal: AbortSignal,
): Promise<void> {
  const proxy = stack.proxies[fault.link];
  const draw = drawFrom(`connections|${fault.place}`);
  switch (fault.effect) {
    case "reset":
      return void proxy.reset(1, draw);
    case "reset_share":
      return void proxy.reset(fault.share, draw);
    case "half_open": {
      proxy.halfOpen();
      const startedAt = performance.now();
      while (proxy.halfOpenLeft() > 0 && performance.now() - startedAt < HALF_OPEN_BOUND_MS && !signal.aborted) {
        await pause(100, signal);
      }
      return;
    }
    case "latency":
    case "stall":
      proxy.setMode(fault.effect === "stall" ? { kind: "stall" } : { kind: "latency", ms: LATENCY_MS });
      await pause(fault.lastMs, signal);
      proxy.setMode({ kind: "normal" });
  }
}

function workerOf(stack: ChaosStack, worker: number): Slot {
  const slot = stack.workers[worker];
  if (slot === undefined) throw new Error(`There is no worker ${worker}.`);
  return slot;
}

function whichWorker(fault: Fault): string {
  return "worker" in fault ? ` ${fault.worker}` : "";
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(1).padStart(6);
}

/** Cut short by the signal. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted || ms <= 0) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done);
  });
}
