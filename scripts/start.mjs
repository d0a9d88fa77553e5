/**
 * npm start: installs what is missing, builds if stale, starts PostgreSQL, migrates, seeds the demo once, and runs the web app,
 * the worker and the sandbox carriers until Ctrl-C. Plain Node on purpose: it runs before anything is installed.
 */
import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { join } from "node:path";
import { databaseProblem } from "./checks.mjs";
import { loadSettings } from "./settings.mjs";
import { checkMachine, ensureBuild, ensurePackages, fail, Problem, root, run, say, step } from "./setup.mjs";

const dev = process.argv.includes("--dev");
/** What runs, in the order it was started; stopped in the order worker, web, sandbox, PostgreSQL. */
const running = [];
let stopping = false;

try {
  await main();
} catch (error) {
  await stopAll();
  fail(error);
}

async function main() {
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  if (process.send) process.on("disconnect", onSignal);
  checkMachine();
  say("\nKamurj");
  const settings = loadSettings();
  await refuseBusyPorts(settings);
  await ensurePackages();
  // What a person may have to mend comes before what takes a minute.
  await prepare(settings, "--check");
  if (!settings.embedded) await reachDatabase(settings.env.DATABASE_URL);
  if (!dev) await ensureBuild();
  const { bundlePrograms, PROGRAM_ENV, PROGRAM_FLAGS } = await import("./bundle-programs.mjs"); // the packages may have come a moment ago
  const programs = await bundlePrograms();
  if (settings.embedded) await startDatabase(settings);
  await step("Preparing the database", () => prepare(settings));
  const withSandbox = settings.env.KAMURJ_DEMO === "1" && process.env.KAMURJ_SANDBOX !== "0";
  const startProgram = (name) =>
    startChild(name, [...PROGRAM_FLAGS[name], programs[name]], settings, readyByMessage, PROGRAM_ENV);
  if (withSandbox) await startProgram("sandbox");
  await startChild(
    "web",
    ["scripts/web.mjs", dev ? "dev" : "start", String(settings.ports.web), settings.host],
    settings,
    (child) => readyByHttp(child, `http://${settings.host}:${settings.ports.web}/api/health/live`),
  );
  await startProgram("worker");
  greet(settings, withSandbox);
  process.send?.({
    ready: true,
    url: settings.env.NEXTAUTH_URL,
    sandboxUrl: settings.env.SANDBOX_URL,
    env: settings.env,
  });
}

async function startDatabase(settings) {
  const { startEmbeddedDatabase } = await import("./embedded-database.mjs");
  const database = await step("Starting PostgreSQL", () =>
    startEmbeddedDatabase({
      dataDir: join(settings.home, "postgres"),
      port: settings.ports.postgres,
      password: settings.postgresPassword,
      database: "kamurj",
    }).catch((error) => {
      throw new Problem(error.message);
    }),
  );
  running.push({ name: "PostgreSQL", rank: 4, stop: database.stop });
  void database.exited.then(() => onExit("PostgreSQL"));
}

async function reachDatabase(url) {
  const { default: pg } = await import("pg");
  let client;
  try {
    client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
    await client.connect();
  } catch (error) {
    throw new Problem(databaseProblem(url, error));
  } finally {
    await client?.end().catch(() => undefined);
  }
}

function prepare(settings, ...flags) {
  return run(process.execPath, ["--import", "tsx", "scripts/prepare.ts", ...flags], {
    env: { ...process.env, ...settings.env },
    says: "Kamurj cannot start.",
  });
}

/** Children have process groups of their own, so that Ctrl-C reaches only us; over IPC they notice if we die. */
async function startChild(name, args, settings, ready, defaults = {}) {
  const child = spawn(process.execPath, args, {
    cwd: root,
    detached: true,
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    env: {
      ...defaults,
      ...process.env,
      ...settings.env,
      NODE_ENV: dev ? "development" : "production",
      KAMURJ_PROCESS: name,
      KAMURJ_LOG_LEVEL: process.env.KAMURJ_LOG_LEVEL || "warn",
    },
  });
  let tail = "";
  const show = (chunk, shown = chunk) => {
    tail = (tail + chunk).slice(-4000);
    if (shown.length > 0 && process.env.KAMURJ_QUIET !== "1") process.stderr.write(shown);
  };
  child.stderr.on("data", (chunk) => show(chunk));
  child.stdout.on("data", (chunk) => (name === "web" ? show(chunk, logLines(chunk)) : show(chunk)));
  const exited = new Promise((resolve) => child.once("exit", resolve));
  const rank = { worker: 1, web: 2, sandbox: 3 }[name];
  running.push({ name, rank, stop: () => stopChild(child, exited) });
  await step(`Starting the ${name}`, () =>
    Promise.race([
      ready(child),
      exited.then((code) => {
        throw new Problem(`The ${name} ended while starting (exit code ${code}).\n${tail.trim()}`);
      }),
    ]),
  );
  void exited.then(() => onExit(`the ${name}`));
}

/** Of the web app's output only our own log: an error shown with a reference must be found here. Next's greetings are left out. */
function logLines(chunk) {
  const lines = String(chunk)
    .split("\n")
    .filter((line) => line.startsWith("{"));
  return lines.length === 0 ? "" : `${lines.join("\n")}\n`;
}

function readyByMessage(child) {
  return new Promise((resolve, reject) => {
    child.on("message", (message) => {
      if (message?.ready) resolve();
      if (message?.failed) reject(new Problem(message.failed));
    });
  });
}

async function readyByHttp(child, url) {
  for (let tries = 0; child.exitCode === null && tries < 600; tries += 1) {
    const answer = await fetch(url).catch(() => null);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  if (child.exitCode === null) throw new Problem("The web app did not answer within two minutes.");
  await new Promise(() => undefined); // its exit is reported by the caller
}

async function stopChild(child, exited) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGTERM");
  const hard = setTimeout(() => child.kill("SIGKILL"), 20_000);
  await exited;
  clearTimeout(hard);
}

async function refuseBusyPorts(settings) {
  const used = [
    ["PORT", settings.ports.web, "the web app"],
    ["SANDBOX_HTTP_PORT", settings.ports.sandboxHttp, "the sandbox carriers"],
    ["SANDBOX_SMPP_PORT", settings.ports.sandboxSmpp, "the sandbox SMSC"],
    ...(settings.embedded ? [["KAMURJ_POSTGRES_PORT", settings.ports.postgres, "PostgreSQL"]] : []),
  ];
  for (const [name, port, what] of used) {
    if (await isFree(port)) continue;
    throw new Problem(
      `Port ${port}, meant for ${what}, is in use. Is Kamurj running already? Otherwise set ${name} to a free port, such as ${name}=${port + 1} npm start.`,
    );
  }
}

function isFree(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}

function onExit(name) {
  if (stopping) return;
  process.stderr.write(`\n${name} has ended by itself; stopping the rest.\n`);
  void stopAll().then(() => process.exit(1));
}

function onSignal() {
  if (stopping) return;
  say("\nStopping …");
  void stopAll().then(() => {
    say("Stopped. Nothing was lost; npm start goes on from here.");
    process.exit(0);
  });
}

async function stopAll() {
  stopping = true;
  for (const part of [...running].sort((a, b) => a.rank - b.rank)) await part.stop().catch(() => undefined);
}

function greet(settings, withSandbox) {
  say(`\n  Kamurj is running at ${settings.env.NEXTAUTH_URL}\n`);
  if (settings.env.KAMURJ_DEMO === "1") {
    say("  Demo sign-ins (password bridge-demo-2026):");
    say("    admin@ararat.demo · marketer@ararat.demo · support@ararat.demo · developer@ararat.demo");
    say("    admin@ani.demo (an account still empty)");
  }
  if (withSandbox) say(`\n  Sandbox carriers and their ledger: ${settings.env.SANDBOX_URL}`);
  say(
    `  API documentation: ${settings.env.NEXTAUTH_URL}/docs\n\n  Ctrl-C stops everything. Data stays in ${settings.home}.\n`,
  );
}
