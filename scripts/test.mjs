/**
 * npm test: lint, types, unit, integration (real PostgreSQL), the two commands themselves, and end-to-end tests in a real
 * Chromium against the production build. Installs what is missing. Stops at the first stage that fails.
 *
 * Lint and types need one core each and run abreast; what fills the machine, or is about its timing, runs alone (docs/testing.md).
 */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ensureChromium } from "./chromium.mjs";
import { checkMachine, ensureBuild, ensurePackages, fail, Problem, root, say, step } from "./setup.mjs";

const results = join(root, "test-results");
const total = { passed: 0, failed: 0, skipped: 0 };
const held = { hold: true };
const bin = (path) => join(root, "node_modules", path);

try {
  checkMachine();
  await ensurePackages();
  rmSync(results, { recursive: true, force: true });
  mkdirSync(results, { recursive: true });
  await step("Looking for Chromium", ensureChromium);
  // Types that `npm run dev` generated for pages that may have moved since.
  rmSync(join(root, ".next/dev"), { recursive: true, force: true });
  await stage("Route types", [bin("next/dist/bin/next"), "typegen"]);
  await abreast(
    async () => {
      await stage("Lint", [bin("eslint/bin/eslint.js"), ".", "--max-warnings=0"], held);
      await stage("Formatting", [bin("prettier/bin/prettier.cjs"), "--check", "--log-level=warn", "."], held);
    },
    () => stage("Types", [bin("typescript/bin/tsc"), "--noEmit"], held),
  );
  await vitest("unit");
  await vitest("int");
  await ensureBuild();
  await vitest("system");
  await playwright();
  summary();
} catch (error) {
  if (total.passed + total.failed > 0) summary();
  fail(error);
}

async function vitest(project) {
  const file = join(results, `${project}.json`);
  const args = ["run", "--project", project, "--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
  const failed = await stage(`Tests: ${project}`, [bin("vitest/vitest.mjs"), ...args]).then(
    () => null,
    (error) => error,
  );
  count(file, (report) => [report.numPassedTests, report.numFailedTests, report.numPendingTests + report.numTodoTests]);
  if (failed) throw failed;
}

async function playwright() {
  const file = join(results, "e2e.json");
  const env = { PLAYWRIGHT_JSON_OUTPUT_NAME: file };
  const failed = await stage("Tests: end to end", ["scripts/e2e.mjs"], { env }).then(
    () => null,
    (error) => error,
  );
  count(file, ({ stats }) => [stats.expected, stats.unexpected + stats.flaky, stats.skipped]);
  if (failed) throw failed;
}

function count(file, read) {
  if (!existsSync(file)) return;
  const [passed, failed, skipped] = read(JSON.parse(readFileSync(file, "utf8")));
  total.passed += passed;
  total.failed += failed;
  total.skipped += skipped;
}

/** All of them to their ends, so that nothing is left running; then the first failure. */
async function abreast(...tracks) {
  const ends = await Promise.allSettled(tracks.map((track) => track()));
  const failed = ends.find(({ status }) => status === "rejected");
  if (failed) throw failed.reason;
}

/** @param options `env`: more settings; `hold`: its output is shown at its end, whole, because another stage writes meanwhile */
function stage(name, args, { env = {}, hold = false } = {}) {
  if (!hold) say(`\n── ${name}`);
  const started = Date.now();
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd: root,
      stdio: ["ignore", ...(hold ? ["pipe", "pipe"] : ["inherit", "inherit"])],
      env: { ...process.env, NEXT_TELEMETRY_DISABLED: "1", ...env },
    });
    const output = [];
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => output.push(chunk));
    child.once("error", reject);
    child.once("close", (code) => {
      const seconds = Math.round((Date.now() - started) / 1000);
      if (hold) say(`\n── ${name}\n${Buffer.concat(output).toString("utf8").trim()}`);
      if (code !== 0) return reject(new Problem(`${name} failed after ${seconds} s.`));
      say(`   ${name}: ${seconds} s`);
      resolve();
    });
  });
}

/** The one line that CI reads. */
function summary() {
  say(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
}
