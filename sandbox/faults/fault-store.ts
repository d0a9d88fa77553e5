import { rmSync } from "node:fs";
import { z } from "zod";
import type { Channel } from "@/lib/domain/vocabulary";
import { readJsonFile, writeJsonFile } from "../keep-json";
import { drawFrom } from "../scenarios/draw";
import { FaultRefused, timesOf, type CheckedFault, type Fault } from "./vocabulary";

export type FaultView = Fault & {
  readonly state: "waiting" | "active" | "ended";
  /** Messages (or sessions, or webhooks) that met it. */
  readonly hits: number;
};

/** A fault in force, with what it has counted so far. */
export type LiveFault = {
  readonly fault: Fault;
  hits: number;
  /** Answers given so far, for `answer_errors`. */
  answers: number;
  /** The bucket of `throttle`. */
  tokens: number;
  filledAtMs: number;
  readonly meets: (to: string) => boolean;
};

export type FaultStore = {
  /** Those in force right now; the very same empty list while there are none, so that asking costs nothing. */
  active(): readonly LiveFault[];
  /** Newest first; ended ones are remembered for a while. */
  list(): readonly FaultView[];
  /** @throws FaultRefused */
  add(input: CheckedFault): FaultView;
  /** False when there is no such fault that could still be stopped. */
  stop(id: string): boolean;
  /** Called after faults began or ended, with those that ended. */
  onChange(listener: (ended: readonly string[]) => void): void;
  reset(): void;
  close(): void;
};

const maxLive = 500;
const maxRemembered = 100;
const maxTimerMs = 3_600_000;
const quiet: readonly LiveFault[] = [];

const fileSchema = z.object({
  nextNumber: z.number().int().min(1),
  faults: z.array(
    z.looseObject({ id: z.string(), startsAtMs: z.number(), endsAtMs: z.number().nullable(), hits: z.number() }),
  ),
});
type Kept = { readonly live: LiveFault; endsAtMs: number | null };

/**
 * Kept in a file, so that a restart goes on where it stopped. A fault begins and ends by itself, on one timer.
 *
 * @param seed decides, with the fault's name and the number, who belongs to a share
 */
export function openFaultStore(path: string, seed: () => string, now: () => number = Date.now): FaultStore {
  let nextNumber = 1;
  let kept: Kept[] = [];
  let active: readonly LiveFault[] = quiet;
  let timer: NodeJS.Timeout | null = null;
  const listeners: ((ended: readonly string[]) => void)[] = [];

  const stateOf = ({ live, endsAtMs }: Kept): FaultView["state"] =>
    endsAtMs !== null && endsAtMs <= now() ? "ended" : live.fault.startsAtMs <= now() ? "active" : "waiting";
  const viewOf = (one: Kept): FaultView => {
    return { ...one.live.fault, endsAtMs: one.endsAtMs, state: stateOf(one), hits: one.live.hits };
  };
  const save = (): void => {
    const faults = kept.map(({ live, endsAtMs }) => ({ ...live.fault, endsAtMs, hits: live.hits }));
    writeJsonFile(path, { nextNumber, faults });
  };
  const refresh = (): void => {
    const before = active;
    const inForce = kept.filter((one) => stateOf(one) === "active").map(({ live }) => live);
    active = inForce.length === 0 ? quiet : inForce;
    const ended = kept.filter((one) => stateOf(one) === "ended");
    for (const one of ended.slice(0, Math.max(0, ended.length - maxRemembered))) kept.splice(kept.indexOf(one), 1);
    arm();
    const gone = before.filter((live) => !active.includes(live)).map(({ fault }) => fault.id);
    for (const listener of listeners) listener(gone);
  };
  const arm = (): void => {
    if (timer !== null) clearTimeout(timer);
    const edges = kept.flatMap(({ live, endsAtMs }) => [live.fault.startsAtMs, endsAtMs ?? 0]);
    const next = Math.min(...edges.filter((edge) => edge > now()));
    timer = Number.isFinite(next) ? setTimeout(settle, Math.min(maxTimerMs, next - now() + 1)) : null;
    timer?.unref();
  };
  const settle = (): void => {
    refresh();
    save();
  };
  const keep = (fault: Fault, hits: number): Kept => {
    const one = { live: startFault(fault, hits, seed, now()), endsAtMs: fault.endsAtMs };
    kept.push(one);
    return one;
  };

  const saved = fileSchema.safeParse(readJsonFile(path));
  if (saved.success) {
    ({ nextNumber } = saved.data);
    // Only this store writes the file, and what it takes has been checked.
    for (const { hits, ...fault } of saved.data.faults) keep(fault as unknown as Fault, hits);
    refresh();
  }

  return {
    active: () => active,
    list: () => [...kept].reverse().map(viewOf),
    add(input) {
      const { startsAt: _start, endsAt: _end, durationS: _duration, ...rest } = input;
      if (kept.filter((one) => stateOf(one) !== "ended").length >= maxLive)
        throw new FaultRefused(`There are ${maxLive} faults already. Stop some first.`);
      const one = keep({ ...rest, ...timesOf(input, now()), id: `f${nextNumber}` }, 0);
      nextNumber += 1;
      settle();
      return viewOf(one);
    },
    stop(id) {
      const one = kept.find(({ live }) => live.fault.id === id);
      if (one === undefined || stateOf(one) === "ended") return false;
      one.endsAtMs = now();
      settle();
      return true;
    },
    onChange: (listener) => void listeners.push(listener),
    reset() {
      kept = [];
      nextNumber = 1;
      refresh();
      rmSync(path, { force: true });
    },
    close() {
      if (timer !== null) clearTimeout(timer);
      if (kept.length > 0) save();
    },
  };
}

function startFault(fault: Fault, hits: number, seed: () => string, nowMs: number): LiveFault {
  return { fault, hits, answers: 0, tokens: 1, filledAtMs: nowMs, meets: meetsNumber(fault, seed) };
}

function meetsNumber(fault: Fault, seed: () => string): (to: string) => boolean {
  const { share, numbers } = fault.kind === "session_drops" ? { share: 1, numbers: undefined } : fault;
  const whole = new Set(numbers?.filter((pattern) => !pattern.endsWith("*")));
  const beginnings = (numbers ?? []).flatMap((pattern) => (pattern.endsWith("*") ? [pattern.slice(0, -1)] : []));
  return (to) => {
    if (numbers !== undefined && !whole.has(to) && !beginnings.some((beginning) => to.startsWith(beginning)))
      return false;
    return share >= 1 || drawFrom(`fault|${seed()}|${fault.id}|${to}`)() < share;
  };
}

/** Whether a fault is about this link at all. */
export function isAbout(fault: Fault, channel: Channel, connectionId: string): boolean {
  return (
    (fault.channel === undefined || fault.channel === channel) &&
    (fault.connections === undefined || fault.connections.includes(connectionId))
  );
}
