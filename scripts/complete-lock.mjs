/**
 * Run after changing dependencies: node scripts/complete-lock.mjs
 *
 * npm leaves optional packages of other platforms out of package-lock.json when its registry does not serve them at that moment,
 * and then refuses its own lock in `npm ci`. This adds what each package's optionalDependencies name and the lock lacks: version,
 * os and cpu (read off the name), no address and no checksum, so npm resolves them where that platform is.
 */
import { readFileSync, writeFileSync } from "node:fs";

const file = new URL("../package-lock.json", import.meta.url);
const lock = JSON.parse(readFileSync(file, "utf8"));
const PLATFORM = /-(aix|android|darwin|freebsd|linux|netbsd|openbsd|openharmony|sunos|wasm32|win32)-?([a-z0-9]+)?/;
let added = 0;

for (const entry of Object.values(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const path = `node_modules/${name}`;
    const platform = PLATFORM.exec(name);
    if (lock.packages[path] !== undefined || platform === null || !/^\d/.test(version)) continue;
    const [, os, arch = ""] = platform;
    const cpu = os === "wasm32" ? "wasm32" : arch.replace(/^arm(eabi|eabihf|musleabihf)?$/, "arm");
    lock.packages[path] = {
      version,
      cpu: [cpu],
      ...(entry.dev ? { dev: true } : {}),
      optional: true,
      ...(os === "wasm32" ? {} : { os: [os] }),
    };
    added += 1;
  }
}

const sorted = Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1));
lock.packages = Object.fromEntries(sorted);
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
process.stdout.write(`${added} packages of other platforms added.\n`);
