import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The longest path that a socket may have everywhere is 103 bytes; its name in the directory takes some of them. */
const MAX_SOCKET_DIRECTORY = 80;

/**
 * Where the embedded PostgreSQL's socket lies: in its data directory, which nobody else may enter. A query over it costs both sides
 * about a third less than over TCP. Null where there cannot be one; then it is reached over TCP alone.
 */
export function socketDirectory(dataDir) {
  const fits = Buffer.byteLength(dataDir) <= MAX_SOCKET_DIRECTORY && !/["',\\]/.test(dataDir);
  return process.platform !== "win32" && fits ? dataDir : null;
}

/** The address of a database of the embedded server, the cheapest way to it first. */
export function embeddedUrl({ dataDir, port, password, database }) {
  const directory = socketDirectory(dataDir);
  const host = directory === null ? "127.0.0.1" : encodeURIComponent(directory);
  return `postgresql://kamurj:${password}@${host}:${port}/${database}`;
}

/**
 * Starts scripts/postgres.mjs and waits until it answers.
 *
 * @returns {Promise<{ url: string, socketUrl: string, pid: number, exited: Promise<number | null>, stop: () => Promise<void> }>}
 * @throws Error with one sentence for a person
 */
export async function startEmbeddedDatabase({ dataDir, port, password, database }) {
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL("postgres.mjs", import.meta.url)), dataDir, String(port), password],
    { stdio: ["ignore", "ignore", "inherit", "ipc"], detached: true },
  );
  const exited = new Promise((ended) => child.once("exit", ended));
  await new Promise((up, reject) => {
    child.on("message", (message) =>
      message.ready ? up() : reject(new Error(message.failed ?? "PostgreSQL did not start.")),
    );
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`PostgreSQL ended while starting (exit code ${code}).`)));
  });
  await createDatabase(port, password, database);
  return {
    url: `postgresql://kamurj:${password}@127.0.0.1:${port}/${database}`,
    socketUrl: embeddedUrl({ dataDir: resolve(dataDir), port, password, database }),
    pid: child.pid,
    exited,
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill("SIGTERM");
      await exited;
    },
  };
}

async function createDatabase(port, password, database) {
  const { default: pg } = await import("pg");
  const client = new pg.Client({
    connectionString: `postgresql://kamurj:${password}@127.0.0.1:${port}/postgres`,
  });
  await client.connect();
  try {
    const { rowCount } = await client.query("SELECT 1 FROM pg_database WHERE datname = $1", [database]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(database)}`);
  } finally {
    await client.end();
  }
}

/**
 * A TCP port of 127.0.0.1 that nobody uses at this moment. Below those that systems give to outgoing connections (from 32768 on Linux),
 * or one of these might take it before whoever asked has begun to listen.
 *
 * @returns {Promise<number>}
 */
export async function freePort() {
  for (let tries = 1; ; tries += 1) {
    const port = FIRST_PORT + Math.floor(Math.random() * (LAST_PORT - FIRST_PORT + 1));
    try {
      await listenOnce(port);
      return port;
    } catch (error) {
      if (tries === MAX_PORT_TRIES) throw error;
    }
  }
}

const FIRST_PORT = 12_000;
const LAST_PORT = 32_000;
const MAX_PORT_TRIES = 100;

/** @param {number} port */
function listenOnce(port) {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(undefined)));
  });
}
