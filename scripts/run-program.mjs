/** Runs one of the programs beside the web app: node scripts/run-program.mjs worker|webhooks|sandbox */
import { pathToFileURL } from "node:url";
import { bundlePrograms } from "./bundle-programs.mjs";

const [name] = process.argv.slice(2);
const programs = await bundlePrograms();
if (!Object.hasOwn(programs, name ?? "")) {
  process.stderr.write(`There is no program ${name}; there are ${Object.keys(programs).join(", ")}.\n`);
  process.exit(2);
}
await import(pathToFileURL(programs[name]).href);
