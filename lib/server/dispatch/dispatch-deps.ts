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
  /** How long a lease lasts unless a commit renews it; see {@link LEASE_MS}. */
  readonly leaseMs: number;
};

/**
 * A dead worker's blocks are handed over within ten seconds (docs/adr/0007): the lease, the rest between two looks for dead ones, and
 * the takeover itself. Longer than any pause of a healthy worker; a third of it passes at most between two renewals.
 */
export const LEASE_MS = 8_000;

/** From the last moment at which a send may begin to the lease's end: covers the way from that check to the first byte. */
export const LEASE_MARGIN_MS = 2_000;

/**
 * Until when a send may begin, on the monotonic clock. Calls that have begun need no lease: whoever takes over calls them unknown, and
 * their outcome, when it comes, is a fact that is added.
 *
 * @param startedAtMs from before the commit that leased or renewed the block, so never later than the database's own start
 */
export function lastSendMs(deps: Pick<DispatchDeps, "leaseMs">, startedAtMs: number): number {
  return startedAtMs + deps.leaseMs - LEASE_MARGIN_MS;
}
