import type pg from "pg";
import type { Logger } from "pino";
import type { Db } from "../db/prisma";
import type { ConnectionRegistry } from "../connections/connection-registry";

/** What the loops of the dispatch service are given; nothing in them reaches for a global. */
export type DispatchDeps = {
  readonly sql: pg.Pool;
  /** For use cases that the service itself sets off, such as pausing a campaign. */
  readonly db: Db;
  readonly logger: Logger;
  readonly connections: ConnectionRegistry;
  /** Wall clock, milliseconds since the epoch. */
  readonly now: () => number;
  /** Never goes back and runs on while the process is stopped; milliseconds. */
  readonly monotonicMs: () => number;
  /** Of this process: who holds a lease. */
  readonly workerId: string;
  /** How long a wire call may take at most. */
  readonly wireTimeoutMs: number;
  /** Longer than a wire call by a margin, see {@link leaseFor}. */
  readonly leaseMs: number;
};

/** Spare between the last moment at which a wire call may still be running and the lease's end. */
export const LEASE_MARGIN_MS = 2_000;

/** Twice the wire: a call may begin in the first half of the lease, and is over before the lease is. */
export function leaseFor(wireTimeoutMs: number): number {
  return 2 * wireTimeoutMs + 2 * LEASE_MARGIN_MS;
}
