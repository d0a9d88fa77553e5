import { randomBytes } from "node:crypto";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import type { TestProject } from "vitest/node";
import { freePort, startEmbeddedDatabase } from "../../scripts/embedded-database.mjs";
import { migrate } from "../../lib/server/db/migrate";

declare module "vitest" {
  export interface ProvidedContext {
    adminUrl: string;
  }
}

/**
 * One PostgreSQL for the run (the embedded one, or TEST_DATABASE_URL: a server on which databases may be made), with the
 * migrations applied once to a template that each test file clones.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const external = process.env.TEST_DATABASE_URL;
  if (external !== undefined) {
    await prepareTemplate(external);
    project.provide("adminUrl", external);
    return async () => undefined;
  }
  // Several files at a time, each with processes that have pools of their own. Tests kill processes, never the machine: what PostgreSQL gave to the system's memory survives them, and need not reach the disk.
  process.env.KAMURJ_POSTGRES_FLAGS ??= "fsync=off full_page_writes=off max_connections=400";
  const directory = await mkdtemp(join(tmpdir(), "kamurj-int-"));
  await chmod(directory, 0o755); // PostgreSQL runs as its own user where we are root
  const database = await startEmbeddedDatabase({
    dataDir: join(directory, "postgres"),
    port: await freePort(),
    password: randomBytes(12).toString("hex"),
    database: "kamurj",
  });
  try {
    await prepareTemplate(database.url);
  } catch (error) {
    await database.stop();
    throw error;
  }
  project.provide("adminUrl", database.url);
  return async () => {
    await database.stop();
    await rm(directory, { recursive: true, force: true });
  };
}

async function prepareTemplate(adminUrl: string): Promise<void> {
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  await admin.query("DROP DATABASE IF EXISTS kamurj_template WITH (FORCE)");
  await admin.query("CREATE DATABASE kamurj_template");
  await admin.end();
  const url = new URL(adminUrl);
  url.pathname = "/kamurj_template";
  await migrate(url.href);
}
