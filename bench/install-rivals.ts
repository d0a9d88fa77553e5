import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const FOLDER = fileURLToPath(new URL("./", import.meta.url));
const LIMIT_MS = 300_000;

/**
 * Installs what bench/package.json names, from its own lock file, unless it is there in that version already.
 *
 * @throws Error with what a person can do, if npm cannot
 */
export async function installRivals(): Promise<void> {
  const { dependencies } = JSON.parse(await readFile(`${FOLDER}package.json`, "utf8")) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  const present = await Promise.all(
    Object.entries(dependencies).map(async ([name, version]) => (await installedVersion(name)) === version),
  );
  if (present.every(Boolean)) return;
  process.stderr.write("Installing graphile-worker and pg-boss into bench/node_modules …\n");
  const said: string[] = [];
  const npm = spawn("npm", ["ci", "--ignore-scripts"], { cwd: FOLDER, timeout: LIMIT_MS });
  for (const stream of [npm.stdout, npm.stderr]) stream.on("data", (text) => said.push(String(text)));
  const code = await new Promise((resolve) => {
    npm.once("error", (error) => resolve(error.message));
    npm.once("exit", resolve);
  });
  if (code === 0) return;
  const tail = said.join("").trim().split("\n").slice(-4).join("\n");
  throw new Error(
    `The job queues to compare with could not be installed (npm ci in bench/: ${code}). Is npm's registry in reach? Run it by hand, or leave this part out with --parts.\n${tail}`,
  );
}

async function installedVersion(name: string): Promise<string | null> {
  const file = `${FOLDER}node_modules/${name}/package.json`;
  if (!existsSync(file)) return null;
  return (JSON.parse(await readFile(file, "utf8")) as { readonly version: string }).version;
}
