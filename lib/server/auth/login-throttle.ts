import type { Db } from "../db/prisma";

const FREE_FAILURES = 5;
const FORGET_AFTER_MS = 15 * 60_000;
const FIRST_BLOCK_MS = 30_000;
const LONGEST_BLOCK_MS = 15 * 60_000;

/** Seconds until the next try is allowed, 0 if now. */
export async function secondsBlocked(db: Db, keys: readonly string[], now: Date): Promise<number> {
  const rows = await db.loginThrottle.findMany({ where: { key: { in: [...keys] }, blockedUntil: { gt: now } } });
  return Math.max(0, ...rows.map((row) => Math.ceil(((row.blockedUntil?.getTime() ?? 0) - now.getTime()) / 1000)));
}

/** Pure: how long the nth failure in a row blocks, milliseconds. */
export function blockMs(failures: number): number {
  if (failures < FREE_FAILURES) return 0;
  return Math.min(LONGEST_BLOCK_MS, FIRST_BLOCK_MS * 2 ** (failures - FREE_FAILURES));
}

/** One statement a key, so that tries at the same moment all count. */
export async function recordFailure(db: Db, keys: readonly string[], now: Date): Promise<void> {
  const forget = new Date(now.getTime() - FORGET_AFTER_MS);
  for (const key of keys) {
    const rows = await db.$queryRaw<{ failures: number }[]>`
      INSERT INTO login_throttle AS t (key, failures, last_at) VALUES (${key}, 1, ${now})
      ON CONFLICT (key) DO UPDATE SET
        failures = CASE WHEN t.last_at < ${forget} THEN 1 ELSE t.failures + 1 END, last_at = ${now}
      RETURNING failures`;
    const ms = blockMs(rows[0]?.failures ?? 0);
    if (ms > 0) await db.loginThrottle.update({ where: { key }, data: { blockedUntil: new Date(now.getTime() + ms) } });
  }
}

export async function forgetFailures(db: Db, keys: readonly string[]): Promise<void> {
  await db.loginThrottle.deleteMany({ where: { key: { in: [...keys] } } });
}
