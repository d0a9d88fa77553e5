/**
 * npm test: lint, types, unit, integration (real PostgreSQL), the two commands themselves, and end-to-end tests in a real
 * Chromium against the production build. Installs what is missing. Stops at the first stage that fails.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ensureChromium } from "./chromium.mjs";
import { checkMachine, ensureBuild, ensurePackages, fail, Problem, root, say, step } from "./setup.mjs";

const results = join(root, "test-results");
const total = { passed: 0, failed: 0, skipped: 0 };
const bin = (path) => join(root, "node_modules", path);

try {
  checkMachine();
  await ensurePackages();
  rmSync(results, { recursive: true, force: true });
  mkdirSync(results, { recursive: true });
  await step("Looking for Chromium", ensureChromium);
  await stage("Lint", [bin("eslint/bin/eslint.js"), ".", "--max-warnings=0"]);
  await stage("Formatting", [bin("prettier/bin/prettier.cjs"), "--check", "--log-level=warn", "."]);
  // Types that `npm run dev` generated for pages that may have moved since.
  rmSync(join(root, ".next/dev"), { recursive: true, force: true });
  await stage("Route types", [bin("next/dist/bin/next"), "typegen"]);
  await stage("Types", [bin("typescript/bin/tsc"), "--noEmit"]);
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
  const failed = await stage("Tests: end to end", ["scripts/e2e.mjs"], { PLAYWRIGHT_JSON_OUTPUT_NAME: file }).then(
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

function stage(name, args, env = {}) {
  say(`\n── ${name}`);
  const started = Date.now();
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd: root,
      stdio: ["ignore", "inherit", "inherit"],
      env: { ...process.env, NEXT_TELEMETRY_DISABLED: "1", ...env },
    });
    child.once("error", reject);
    child.once("exit", (code) => {
      const seconds = Math.round((Date.now() - started) / 1000);
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
