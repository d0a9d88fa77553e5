import type { LiveConnection } from "../../connections/connection-registry";

/** Runs at once: later lanes stop earlier, so that a code always finds a place. */
const MAX_RUNS_OF_LANE = [24, 16, 12] as const;
/**
 * Of one group at once. Within a run one sub-batch is committed while another is on the wire; a second run would only halve what each of
 * them commits at once, and double what is unknown after a crash.
 */
const MAX_RUNS_OF_GROUP = 1;
/** Runs that only wait for their last answers (a carrier that is slow for a few) take no other's place, up to this many. */
const MAX_TAILS = 64;
/** Nor do runs that only wait for their connection's rate; more than these of one connection and lane would only wait longer. */
const MAX_SCARCE_OF_CONNECTION = 4;
/** A run that has had so long gives its place back when others want it, and goes to the end of the line. */
const QUANTUM_MS = 3_000;

type Candidate = { readonly key: string; readonly lane: number; readonly accountId: string };

export type RunPlace = {
  /** Aborts when the run is to give back what it has not begun. */
  readonly yields: AbortSignal;
  readonly onTail: () => void;
  leave(): void;
};

export type RunPlaces = {
  /** If not, the run that is in its way is asked to yield once its time is up. */
  hasRoom(group: Candidate, connection: LiveConnection | null): boolean;
  enter(group: Candidate, connection: LiveConnection | null, onFree: () => void): RunPlace;
};

type Running = {
  readonly group: Candidate;
  readonly connection: LiveConnection | null;
  readonly startedMs: number;
  readonly yielding: AbortController;
  isTail: boolean;
};

/** @param now a monotonic clock, milliseconds */
export function createRunPlaces(now: () => number): RunPlaces {
  const running = new Set<Running>();
  const isScarce = ({ connection }: Running): boolean => connection?.limiter.isScarce() === true;
  /** The one of the account with the most runs that has had its time, the longest first. */
  const askToYield = (from: readonly Running[], group: Candidate): void => {
    const runsOf = (accountId: string): number => from.filter((other) => other.group.accountId === accountId).length;
    const [first] = from
      .filter((other) => other.group.key !== group.key && now() - other.startedMs >= QUANTUM_MS)
      .sort((a, b) => runsOf(b.group.accountId) - runsOf(a.group.accountId) || a.startedMs - b.startedMs);
    if (first !== undefined && !from.some((other) => other.yielding.signal.aborted)) first.yielding.abort();
  };
  return {
    hasRoom(group, connection) {
      const others = [...running];
      const atWork = others.filter(({ isTail }) => !isTail);
      if (others.length - atWork.length >= MAX_TAILS) return false;
      if (atWork.filter((other) => other.group.key === group.key).length >= MAX_RUNS_OF_GROUP) return false;
      if (connection !== null) {
        const rivals = atWork.filter(
          (o) => o.connection?.id === connection.id && o.group.lane === group.lane && isScarce(o),
        );
        if (rivals.length >= MAX_SCARCE_OF_CONNECTION) {
          askToYield(rivals, group);
          return false;
        }
      }
      const busy = atWork.filter((other) => !isScarce(other));
      if (busy.length < (MAX_RUNS_OF_LANE[group.lane] ?? 0)) return true;
      askToYield(
        busy.filter((other) => other.group.lane >= group.lane),
        group,
      );
      return false;
    },
    enter(group, connection, onFree) {
      const entry: Running = { group, connection, startedMs: now(), yielding: new AbortController(), isTail: false };
      running.add(entry);
      return {
        yields: entry.yielding.signal,
        onTail: () => {
          if (!entry.isTail) onFree();
          entry.isTail = true;
        },
        leave: () => void running.delete(entry),
      };
    },
  };
}
