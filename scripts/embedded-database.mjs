import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";

/**
 * Starts scripts/postgres.mjs and waits until it answers.
 *
 * @returns {Promise<{ url: string, pid: number, exited: Promise<number | null>, stop: () => Promise<void> }>}
 * @throws Error with one sentence for a person
 */
export async function startEmbeddedDatabase({ dataDir, port, password, database }) {
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL("postgres.mjs", import.meta.url)), dataDir, String(port), password],
    { stdio: ["ignore", "ignore", "inherit", "ipc"], detached: true },
  );
  const exited = new Promise((resolve) => child.once("exit", resolve));
  await new Promise((resolve, reject) => {
    child.on("message", (message) =>
      message.ready ? resolve() : reject(new Error(message.failed ?? "PostgreSQL did not start.")),
    );
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`PostgreSQL ended while starting (exit code ${code}).`)));
  });
  await createDatabase(port, password, database);
  return {
    url: `postgresql://kamurj:${password}@127.0.0.1:${port}/${database}`,
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

/** A TCP port of 127.0.0.1 that nobody uses at this moment. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
