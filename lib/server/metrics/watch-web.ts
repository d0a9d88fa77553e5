import { checkReadiness } from "../dispatch/check-readiness";
import { pool } from "../db/pool";
import { env } from "../env";
import { logger } from "../logger";
import { webBatcher } from "../dispatch/receipts/web-intake";
import { showOnly } from "./metrics";
import { setIntake, setPool } from "./read-worker-gauges";
import { serveMetrics } from "./serve-metrics";

const held = globalThis as typeof globalThis & { kamurjWebWatch?: Promise<unknown> };

/** The web app's figures and health, on a listener of their own. Once a process, however often Next asks. */
export function watchWeb(): void {
  held.kamurjWebWatch ??= start();
}

async function start(): Promise<void> {
  const { KAMURJ_METRICS_HOST: host, KAMURJ_METRICS_PORT: workerPort } = env();
  showOnly("web");
  if (workerPort === null) return;
  const server = await serveMetrics({
    ...{ host, port: workerPort === 0 ? 0 : workerPort + 1, logger: logger() },
    refresh: () => {
      setPool(pool());
      setIntake(webBatcher().health(Date.now()));
      return Promise.resolve();
    },
    ready: checkReadiness,
  });
  if (server !== null) logger().info({ metricsPort: server.port }, "web is up");
}
