/**
 * A whole Kamurj of its own for tests and screenshots: free ports, a fresh home, `npm start`'s own script. Removed at the end.
 */
import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./embedded-database.mjs";
import { root } from "./setup.mjs";

/** @returns {Promise<{ url: string, sandboxUrl: string, env: Record<string, string>, home: string, stop: () => Promise<number | null> }>} */
export async function startStack(extraEnv = {}) {
  const home = mkdtempSync(join(tmpdir(), "kamurj-stack-"));
  chmodSync(home, 0o755); // PostgreSQL runs as its own user where we are root
  const ports = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
  const child = spawn(process.execPath, ["scripts/start.mjs"], {
    cwd: root,
    stdio: ["ignore", "pipe", "inherit", "ipc"],
    env: {
      ...withoutSettings(process.env),
      KAMURJ_HOME: home,
      KAMURJ_DEMO_SCALE: "0.1", // a tenth of the month of history: enough to see, quick to make
      PORT: String(ports[0]),
      KAMURJ_POSTGRES_PORT: String(ports[1]),
      SANDBOX_HTTP_PORT: String(ports[2]),
      SANDBOX_SMPP_PORT: String(ports[3]),
      ...extraEnv,
    },
  });
  let output = "";
  child.stdout.on("data", (chunk) => (output = (output + chunk).slice(-8000)));
  const exited = new Promise((resolve) => child.once("exit", resolve));
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGTERM");
    const code = await exited;
    rmSync(home, { recursive: true, force: true });
    return code;
  };
  const ready = await new Promise((resolve, reject) => {
    child.on("message", (message) => message.ready && resolve(message));
    void exited.then((code) => reject(new Error(`The stack ended while starting (exit code ${code}).\n${output}`)));
  }).catch(async (error) => {
    await stop();
    throw error;
  });
  return { url: ready.url, sandboxUrl: ready.sandboxUrl, env: ready.env, home, stop };
}

/** The stack makes its own settings; those of the shell that runs the tests must not leak in. */
function withoutSettings(env) {
  const own = /^(DATABASE_URL|NEXTAUTH_|KAMURJ_(?!CHROMIUM|QUIET)|SANDBOX_|PORT$|NODE_ENV$)/;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !own.test(name)));
}
