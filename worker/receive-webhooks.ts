import type { AddressInfo } from "node:net";
import { pool } from "../lib/server/db/pool";
import { startWebIntake, webBatcher } from "../lib/server/dispatch/receipts/web-intake";
import { readEnv } from "../lib/server/env";
import { logger } from "../lib/server/logger";
import { serveWebhooks } from "./serve-webhooks";

/**
 * Receives carriers' webhooks, and nothing else. Stands behind the reverse proxy, which sends it /api/webhooks/*. Ends on SIGTERM
 * once what it has taken in is committed and answered; what it did not answer, carriers send again.
 */
async function main(): Promise<void> {
  process.env.KAMURJ_PROCESS ??= "receiver";
  const env = readEnv(process.env);
  const server = serveWebhooks(env.NEXTAUTH_URL);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(env.KAMURJ_WEBHOOKS_PORT, env.KAMURJ_WEBHOOKS_HOST, resolve);
  });
  startWebIntake();
  const { port } = server.address() as AddressInfo;
  process.send?.({ ready: true, port });
  logger().info({ port }, "receiving webhooks");

  let ending = false;
  const stop = (why: string): void => {
    if (ending) return;
    ending = true;
    logger().info({ why }, "stopping: what has been taken in is committed first");
    setTimeout(() => process.exit(1), HARD_STOP_MS).unref();
    server.close(
      () =>
        void webBatcher()
          .idle()
          .then(() => pool().end())
          .finally(() => process.exit(0)),
    );
    server.closeIdleConnections();
  };
  process.on("SIGTERM", () => stop("SIGTERM"));
  process.on("SIGINT", () => stop("SIGINT"));
  process.on("disconnect", () => stop("the parent is gone"));
}

const HARD_STOP_MS = 15_000;

main().catch((error: unknown) => {
  const message = error instanceof Error ? error.message : String(error);
  if (process.send) process.send({ failed: message }, () => process.exit(1));
  else {
    process.stderr.write(`${message}\n`);
    process.exit(1);
  }
});
