/** Runs the Playwright tests against a whole stack of their own. Arguments go to Playwright, and then it runs what they name alone. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { ensureChromium } from "./chromium.mjs";
import { checkMachine, ensureBuild, ensurePackages, fail, root } from "./setup.mjs";
import { startStack } from "./stack.mjs";

/** Tests kill no machine: what PostgreSQL gave to the system's memory need not reach the disk. */
const DATABASE_FLAGS = "fsync=off full_page_writes=off";

try {
  checkMachine();
  await ensurePackages();
  await ensureChromium();
  await ensureBuild();
  const stack = await startStack({ KAMURJ_POSTGRES_FLAGS: DATABASE_FLAGS });
  const wanted = process.argv.slice(2);
  const args = wanted.length > 0 ? ["--no-deps", ...wanted] : [];
  const child = spawn(process.execPath, [join(root, "node_modules/@playwright/test/cli.js"), "test", ...args], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, ...stack.env, KAMURJ_E2E_URL: stack.url, SANDBOX_URL: stack.sandboxUrl },
  });
  const code = await new Promise((resolve) => child.once("exit", resolve));
  const stopped = await stack.stop();
  if (stopped !== 0) throw new Error(`The stack did not stop cleanly (exit code ${stopped}).`);
  process.exit(code ?? 1);
} catch (error) {
  fail(error);
}
