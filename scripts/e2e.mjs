/** Runs the Playwright tests against a whole stack of their own. Arguments go to Playwright. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { ensureChromium } from "./chromium.mjs";
import { checkMachine, ensureBuild, ensurePackages, fail, root } from "./setup.mjs";
import { startStack } from "./stack.mjs";

try {
  checkMachine();
  await ensurePackages();
  await ensureChromium();
  await ensureBuild();
  const stack = await startStack();
  const child = spawn(
    process.execPath,
    [join(root, "node_modules/@playwright/test/cli.js"), "test", ...process.argv.slice(2)],
    {
      cwd: root,
      stdio: ["ignore", "inherit", "inherit"],
      env: { ...process.env, ...stack.env, KAMURJ_E2E_URL: stack.url, SANDBOX_URL: stack.sandboxUrl },
    },
  );
  const code = await new Promise((resolve) => child.once("exit", resolve));
  const stopped = await stack.stop();
  if (stopped !== 0) throw new Error(`The stack did not stop cleanly (exit code ${stopped}).`);
  process.exit(code ?? 1);
} catch (error) {
  fail(error);
}
