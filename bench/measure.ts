/**
 * What every part measures in the same way: an embedded PostgreSQL with the settings that `npm start` gives it, CPU by
 * process from /proc, WAL bytes, peak memory. Linux only.
 */
import { randomBytes } from "node:crypto";
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { migrate } from "../lib/server/db/migrate";
import { freePort, startEmbeddedDatabase } from "../scripts/embedded-database.mjs";
import type { BenchRow } from "./bench-row";

/** Linux counts a process's CPU time in ticks of 10 ms (USER_HZ, 100 on every architecture that Node runs on). */
const MICROS_A_TICK = 10_000;

export type BenchDatabase = {
  readonly url: string;
  /** Directory that goes away at the stop; a part may keep files of its own beside the database's. */
  readonly home: string;
  readonly postmasterPid: number;
  readonly stop: () => Promise<void>;
};

/** A PostgreSQL of its own in a temporary directory, fsync on; with the product's migrations applied unless told otherwise. */
export async function startBenchDatabase({ migrated = true } = {}): Promise<BenchDatabase> {
  const home = await mkdtemp(join(tmpdir(), "kamurj-bench-"));
  await chmod(home, 0o755); // PostgreSQL runs as its own user where we are root
  const dataDir = join(home, "postgres");
  const database = await startEmbeddedDatabase({
    ...{ dataDir, port: await freePort(), password: randomBytes(8).toString("hex"), database: "kamurj" },
  });
  const stop = async (): Promise<void> => {
    await database.stop();
    await rm(home, { recursive: true, force: true });
  };
  try {
    if (migrated) await migrate(database.url);
    const lock = await readFile(join(dataDir, "postmaster.pid"), "utf8");
    return { url: database.socketUrl, home, postmasterPid: Number(lock.split("\n")[0]), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** What a meter watches: by name of the process, one pid or several whose figures are added up. */
export type Watched = Readonly<Record<string, number | readonly number[]>>;

export type Measured = Required<
  Pick<BenchRow, "messages" | "seconds" | "perSecond" | "cpuMicrosByProcess" | "walBytesPerMessage" | "peakRssMb">
>;

/**
 * Measures from now until `stop(messages)`: wall clock, CPU by process, WAL of the whole server, peak memory.
 *
 * CPU counts a process, its children, and children that ended and were waited for: PostgreSQL is its postmaster with all
 * backends and background processes. Watch only processes that live until `stop`. A checkpoint comes first, so that each
 * run pays for the same full-page images; `cpuMicrosByProcess.postgres` is there whenever a database is given.
 */
export async function startMeter(
  database: Pick<BenchDatabase, "url" | "postmasterPid"> | null,
  watched: Watched,
): Promise<{ readonly stop: (messages: number) => Promise<Measured> }> {
  const roots = new Map(Object.entries(watched).map(([name, pids]) => [name, [pids].flat()]));
  if (database !== null) roots.set("postgres", [database.postmasterPid]);
  const walBefore = database === null ? 0n : await readWal(database.url, true);
  for (const name of Object.keys(watched)) for (const pid of roots.get(name) ?? []) await forgetPeakRss(pid);
  const cpuBefore = await readCpu(roots);
  const startedAt = performance.now();
  return {
    stop: async (messages) => {
      const seconds = (performance.now() - startedAt) / 1_000;
      const cpuAfter = await readCpu(roots);
      const wal = database === null ? 0n : (await readWal(database.url, false)) - walBefore;
      const perMessage = (micros: number): number => Math.round((micros / messages) * 10) / 10;
      const peakRssMb: Record<string, number> = {};
      for (const [name, pids] of roots) {
        if (name !== "postgres")
          peakRssMb[name] = Math.round(sum(await Promise.all(pids.map(readPeakRssMb))) * 10) / 10;
      }
      return {
        messages,
        seconds: Math.round(seconds * 1_000) / 1_000,
        perSecond: Math.round(messages / seconds),
        cpuMicrosByProcess: Object.fromEntries(
          [...cpuAfter].map(([name, micros]) => [name, perMessage(micros - (cpuBefore.get(name) ?? 0))]),
        ),
        walBytesPerMessage: Math.round(Number(wal) / messages),
        peakRssMb,
      };
    },
  };
}

/** Highest resident memory of a process since it started (or since its peak was forgotten), in MB; 0 once it is gone. */
export async function readPeakRssMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return (Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1_024) / 1_000_000;
}

/** The kernel then counts the peak from here on. Needs no more than being the process's owner. */
export async function forgetPeakRss(pid: number): Promise<void> {
  await writeFile(`/proc/${pid}/clear_refs`, "5").catch(() => undefined);
}

/** The given share of samples lies at or below this value (nearest rank); 0 without samples. `share` of 0 to 1. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

async function readWal(url: string, afterCheckpoint: boolean): Promise<bigint> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    if (afterCheckpoint) await client.query("CHECKPOINT");
    const { rows } = await client.query<{ at: string }>("SELECT (pg_current_wal_insert_lsn() - '0/0')::text AS at");
    return BigInt(rows[0]?.at ?? 0);
  } finally {
    await client.end();
  }
}

type Process = { readonly parent: number; readonly ticks: number };

async function readCpu(roots: ReadonlyMap<string, readonly number[]>): Promise<Map<string, number>> {
  const processes = new Map<number, Process>();
  for (const name of await readdir("/proc")) {
    const stat = /^\d+$/.test(name) ? await readFile(`/proc/${name}/stat`, "utf8").catch(() => null) : null;
    if (stat !== null) processes.set(Number(name), parseStat(stat));
  }
  const children = new Map<number, number[]>();
  for (const [pid, { parent }] of processes) children.set(parent, [...(children.get(parent) ?? []), pid]);
  // A child that is watched under a name of its own (PostgreSQL, started by the bench's process) counts there alone.
  const named = new Set([...roots.values()].flat());
  const ticksOf = (pid: number): number =>
    (processes.get(pid)?.ticks ?? 0) + sum((children.get(pid) ?? []).filter((child) => !named.has(child)).map(ticksOf));
  return new Map([...roots].map(([name, pids]) => [name, sum(pids.map(ticksOf)) * MICROS_A_TICK]));
}

/** proc(5): fields after the command's closing bracket; utime, stime, and those of children that were waited for. */
function parseStat(stat: string): Process {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const at = (index: number): number => Number(fields[index] ?? 0);
  return { parent: at(1), ticks: at(11) + at(12) + at(13) + at(14) };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, n) => total + n, 0);
}
