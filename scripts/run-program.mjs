/** Runs one of the programs beside the web app: node scripts/run-program.mjs worker|webhooks|sandbox [flags of its own] */
import { spawn } from "node:child_process";
import { bundlePrograms, PROGRAM_ENV, PROGRAM_FLAGS } from "./bundle-programs.mjs";

const [name, ...args] = process.argv.slice(2);
if (!Object.hasOwn(PROGRAM_FLAGS, name ?? "")) {
  process.stderr.write(`There is no program ${name}; there are ${Object.keys(PROGRAM_FLAGS).join(", ")}.\n`);
  process.exit(2);
}
const programs = await bundlePrograms();
const child = spawn(process.execPath, [...PROGRAM_FLAGS[name], programs[name], ...args], {
  stdio: "inherit",
  env: { ...PROGRAM_ENV, ...process.env },
});
// It ends itself, in its own time; a signal from the terminal has reached it already.
for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => signal === "SIGTERM" && child.kill(signal));
child.once("exit", (code, signal) => process.exit(code ?? (signal === null ? 1 : 128)));
