/** Runs a TypeScript script with the running installation's settings: node scripts/run.mjs scripts/verify-ledger.ts [args] */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { loadSettings } from "./settings.mjs";
import { checkMachine, ensurePackages, fail, root } from "./setup.mjs";

try {
  checkMachine();
  await ensurePackages();
  const [script, ...rest] = process.argv.slice(2);
  if (script === undefined || !existsSync(script)) throw new Error("Name a script, such as scripts/verify-ledger.ts.");
  const child = spawn(process.execPath, ["--import", "tsx", script, ...rest], {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, ...loadSettings().env },
  });
  child.once("exit", (code) => process.exit(code ?? 1));
} catch (error) {
  fail(error);
}
