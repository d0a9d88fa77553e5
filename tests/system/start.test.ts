import { spawn, type ChildProcess } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterEach, describe, expect, it } from "vitest";
import { freePort, startEmbeddedDatabase } from "../../scripts/embedded-database.mjs";

/** npm start as a person runs it, on ports and in a home of its own. */
type Home = { readonly path: string; readonly ports: readonly [number, number, number, number] };
type Ready = { readonly url: string; readonly env: Readonly<Record<string, string>> };

/** What the shell that runs the tests has set must not leak into the installation under test. */
const OWN_SETTINGS = /^(DATABASE_URL|NEXTAUTH_|KAMURJ_|SANDBOX_|PORT$|NODE_ENV$|VITEST)/;

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function newHome(): Promise<Home> {
  const path = mkdtempSync(join(tmpdir(), "kamurj-system-"));
  chmodSync(path, 0o755);
  cleanUps.push(() => rmSync(path, { recursive: true, force: true }));
  return { path, ports: [await freePort(), await freePort(), await freePort(), await freePort()] };
}

function start(home: Home, extra: Readonly<Record<string, string>> = {}) {
  const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !OWN_SETTINGS.test(name)));
  const [web, postgres, sandboxHttp, sandboxSmpp] = home.ports.map(String) as [string, string, string, string];
  const child = spawn(process.execPath, ["scripts/start.mjs"], {
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    env: {
      ...clean,
      NODE_ENV: "production",
      KAMURJ_HOME: home.path,
      KAMURJ_DEMO_HISTORY: "0",
      PORT: web,
      KAMURJ_POSTGRES_PORT: postgres,
      SANDBOX_HTTP_PORT: sandboxHttp,
      SANDBOX_SMPP_PORT: sandboxSmpp,
      ...extra,
    },
  });
  let output = "";
  child.stdout?.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
  cleanUps.push(async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGTERM");
    await exited;
  });
  const ready = new Promise<Ready>((resolve, reject) => {
    child.on("message", (message) => resolve(message as Ready));
    void exited.then((code) => reject(new Error(`ended with ${code}:\n${output}`)));
  });
  ready.catch(() => undefined);
  return { child: child as ChildProcess, exited, ready, output: () => output };
}

/** Pids of this installation's processes: those that were given its home. Linux only; elsewhere none are found. */
function processesOf(home: Home): readonly number[] {
  if (!existsSync("/proc/self/environ")) return [];
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/environ`, "utf8").includes(`KAMURJ_HOME=${home.path}\0`);
    } catch {
      return false; // gone meanwhile, or not ours to read
    }
  });
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => (socket.destroy(), resolve(true)));
    socket.once("error", () => resolve(false));
  });
}

async function untilSilent(ports: readonly number[]): Promise<readonly number[]> {
  for (let tries = 0; tries < 300; tries += 1) {
    const open = await Promise.all(ports.map(listens));
    if (!open.includes(true)) return [];
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return (await Promise.all(ports.map(async (port) => ((await listens(port)) ? [port] : [])))).flat();
}

describe("npm start", () => {
  it("runs everything, prints the address and the sign-ins, stops cleanly, and keeps its data over a second start", async () => {
    const home = await newHome();
    const first = start(home);
    const { url, env } = await first.ready;
    expect(first.output()).toContain(url);
    expect(first.output()).toContain("admin@ararat.demo");
    expect((await fetch(`${url}/sign-in`)).status).toBe(200);
    await onDatabase(env.DATABASE_URL, "UPDATE account SET name = 'Kept' WHERE name = 'Ani Travel'");
    first.child.kill("SIGINT");
    expect(await first.exited).toBe(0);
    expect(await untilSilent(home.ports)).toEqual([]);

    const second = start(home);
    await second.ready;
    const rows = await onDatabase(env.DATABASE_URL, "SELECT name FROM account ORDER BY name");
    expect(rows.map((row) => row.name)).toEqual(["Ararat Bank", "Kept"]);
    second.child.kill("SIGTERM");
    expect(await second.exited).toBe(0);
  });

  it("leaves nothing running when it is killed outright", async () => {
    const home = await newHome();
    const run = start(home);
    await run.ready;
    if (existsSync("/proc/self/environ")) expect(processesOf(home).length).toBeGreaterThan(3);
    run.child.kill("SIGKILL");
    expect(await untilSilent(home.ports)).toEqual([]);
    // The worker listens nowhere, so it is looked for by name.
    for (let tries = 0; tries < 300 && processesOf(home).length > 0; tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(processesOf(home)).toEqual([]);
  });

  it("says in one sentence that a port is in use, and leaves nothing running", async () => {
    const home = await newHome();
    const server = await occupy(home.ports[0]);
    cleanUps.push(() => server.close());
    const run = start(home);
    expect(await run.exited).toBe(1);
    expect(run.output()).toMatch(new RegExp(`Port ${home.ports[0]}, meant for the web app, is in use`));
    expect(run.output()).not.toMatch(/\n\s+at /);
    expect(await untilSilent(home.ports.slice(1))).toEqual([]);
  });

  it("says in one sentence that DATABASE_URL cannot be reached, without its password", async () => {
    const home = await newHome();
    const run = start(home, { DATABASE_URL: `postgresql://desk:topsecret@127.0.0.1:${home.ports[1]}/desk` });
    expect(await run.exited).toBe(1);
    expect(run.output()).toContain("nothing listens there");
    expect(run.output()).not.toContain("topsecret");
    expect(run.output()).not.toMatch(/\n\s+at /);
    expect(await untilSilent(home.ports)).toEqual([]);
  });

  it("names every unusable setting at once", async () => {
    const home = await newHome();
    const run = start(home, { KAMURJ_SECRET_KEY: "short", NEXTAUTH_SECRET: "short" });
    expect(await run.exited).toBe(1);
    expect(run.output()).toContain("KAMURJ_SECRET_KEY must be 32 bytes");
    expect(run.output()).toContain("NEXTAUTH_SECRET must have at least 32 characters");
    expect(await untilSilent(home.ports)).toEqual([]);
  });
});

describe("the embedded PostgreSQL", () => {
  const options = (home: Home) => ({
    dataDir: join(home.path, "postgres"),
    port: home.ports[1],
    password: "secret",
    database: "kamurj",
  });

  it("starts again after a crash left its lock behind, with its data", async () => {
    const home = await newHome();
    const first = await startEmbeddedDatabase(options(home));
    await onDatabase(first.url, "CREATE TABLE kept AS SELECT 1 AS n");
    const lock = join(options(home).dataDir, "postmaster.pid");
    const [postmaster] = readFileSync(lock, "utf8").split("\n");
    process.kill(Number(postmaster), "SIGKILL");
    process.kill(first.pid, "SIGKILL");
    await first.exited;
    expect(await untilSilent([home.ports[1]])).toEqual([]);

    const second = await startEmbeddedDatabase(options(home));
    cleanUps.push(second.stop);
    expect(await onDatabase(second.url, "SELECT n FROM kept")).toEqual([{ n: 1 }]);
  });

  it("starts although the lock names a process that is another program now", async () => {
    const home = await newHome();
    const first = await startEmbeddedDatabase(options(home));
    await first.stop();
    writeFileSync(join(options(home).dataDir, "postmaster.pid"), `${process.pid}\n`);
    const second = await startEmbeddedDatabase(options(home));
    cleanUps.push(second.stop);
    expect(await onDatabase(second.url, "SELECT 1 AS n")).toEqual([{ n: 1 }]);
  });

  it("says so when the database is in use by a running one", async () => {
    const home = await newHome();
    const first = await startEmbeddedDatabase(options(home));
    cleanUps.push(first.stop);
    await expect(startEmbeddedDatabase({ ...options(home), port: home.ports[2] })).rejects.toThrow(/already in use/);
  });
});

function occupy(port: number): Promise<Server> {
  return new Promise((resolve) => {
    const server = createServer().listen(port, "127.0.0.1", () => resolve(server));
  });
}

async function onDatabase(url: string | undefined, statement: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows;
  } finally {
    await client.end();
  }
}
