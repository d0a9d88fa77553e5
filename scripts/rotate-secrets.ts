/**
 * npm run secrets:rotate: seals the stored credentials of all carriers with a new key; safe to interrupt and to repeat, and the desk
 * may run meanwhile. With `-- --finish`, after a restart of everything, it forgets the former key. See docs/connections.md.
 */
import { createPool } from "../lib/server/db/pool";
import { env } from "../lib/server/env";
import { beginRotation, endRotation } from "../lib/server/secrets/kept-keys-file";
import { ownKeyRing } from "../lib/server/secrets/key-ring";
import { rotateSecrets } from "../lib/server/secrets/rotate-secrets";

const say = (line: string): boolean => process.stdout.write(`${line}\n`);

const file = env().KAMURJ_SETTINGS_FILE;
const isFinish = process.argv.includes("--finish");
const isOwnKey = file === undefined;
const ring = isOwnKey || isFinish ? ownKeyRing() : beginRotation(file);
const sql = createPool(env().DATABASE_URL, 2);
try {
  const { resealed, unreadable } = await rotateSecrets(sql, ring);
  say(`${resealed} ${resealed === 1 ? "connection was" : "connections were"} sealed with the current key.`);
  for (const { id, name } of unreadable) say(`“${name}” (${id}) opens with no known key: enter its secrets anew.`);
  if (unreadable.length > 0) process.exitCode = 1;
  else if (isOwnKey) say("KAMURJ_RETIRED_SECRET_KEYS may be emptied once every process was started with the new key.");
  else if (isFinish) {
    endRotation(file);
    say("The former key is forgotten.");
  } else say("Restart Kamurj when it suits you, then run: npm run secrets:rotate -- --finish");
} finally {
  await sql.end();
}
