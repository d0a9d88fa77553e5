import { Socket } from "node:net";
import pg from "pg";
import { gatherWrites } from "@/lib/carriers/wire/gather-writes";
import { env } from "../env";

/** Anything that runs SQL: the pool, or a client within a transaction. */
export type Sql = Pick<pg.ClientBase, "query">;

/**
 * For processes that serve: no statement of theirs takes nearly as long, and a connection that the network has forgotten without a word
 * never answers at all. Whoever waits on such a one must be let go; scripts may take their time.
 */
export const QUERY_TIMEOUT_MS = 20_000;

/**
 * A process that is stopped in the middle of a transaction (a paused machine, a network that is gone) would keep its locks, and its
 * blocks from whoever takes over, until TCP gives up after hours. Shorter than a lease.
 */
const IDLE_IN_TRANSACTION_MS = 6_000;

/**
 * Queries of one client that do not wait for each other leave together, and are carried out in the order in which they were asked
 * (pg's pipeline mode): what a round trip costs both sides is more than what most of our statements do.
 *
 * @param queryTimeoutMs a query without an answer for so long fails, and its connection is given up; 0: never
 */
export function createPool(connectionString: string, max: number, queryTimeoutMs = 0): pg.Pool {
  const pool = new pg.Pool({
    ...{ connectionString, max, idleTimeoutMillis: 30_000, connectionTimeoutMillis: 10_000 },
    ...{ query_timeout: queryTimeoutMs, keepAlive: true, pipeline: true, stream: openSocket },
    ...(queryTimeoutMs > 0 && { idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS }),
  });
  // An idle client whose server went away must not end the process; the next query fails and says so.
  pool.on("error", () => undefined);
  // Nor one that is checked out, between two queries of its transaction.
  pool.on("connect", (client) => void client.on("error", () => undefined));
  return pool;
}

/** Over TLS pg wraps it and writes past it: then each query leaves by itself. */
function openSocket(): Socket {
  const socket = new Socket();
  gatherWrites(socket);
  return socket;
}

const held = globalThis as typeof globalThis & { kamurjPool?: pg.Pool };

/** The process's pool. On globalThis because Next loads server code in more than one module graph. */
export function pool(): pg.Pool {
  held.kamurjPool ??= createPool(env().DATABASE_URL, env().KAMURJ_DATABASE_POOL, QUERY_TIMEOUT_MS);
  return held.kamurjPool;
}

/**
 * Runs `work` in one READ COMMITTED transaction on one client; rolls back if it throws.
 *
 * BEGIN leaves together with the first query of `work`: it cannot fail alone, only with its connection.
 */
export async function inTransaction<T>(from: pg.Pool, work: (sql: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await from.connect();
  let broken: Error | undefined;
  try {
    const begun = client.query("BEGIN");
    begun.catch(() => undefined); // told below, unless `work` has failed by then
    const result = await work(client);
    await begun;
    await client.query("COMMIT");
    return result;
  } catch (error) {
    // Behind a query that was never answered, ROLLBACK would wait for as long again.
    if (isUnanswered(error)) broken = error;
    else {
      await client.query("ROLLBACK").catch((failure: Error) => {
        broken = failure;
      });
    }
    throw error;
  } finally {
    client.release(broken);
  }
}

/** pg gave up waiting; what the server did is not known, as when a connection breaks. */
export function isUnanswered(error: unknown): error is Error {
  return error instanceof Error && error.message === "Query read timeout";
}
