import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Logger } from "pino";
import { metrics } from "./metrics";

/** `down` answers 503, so that a supervisor or load balancer acts; `degraded` is for people. */
export type Health = { readonly status: "ok" | "degraded" | "down" } & Readonly<Record<string, unknown>>;

export type MetricsServer = { readonly port: number; close(): Promise<void> };

export type ServeMetricsOptions = {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  readonly logger: Logger;
  /** Brings the figures up to date before each answer; must not throw, and must end within seconds. */
  readonly refresh: () => Promise<void>;
  readonly ready: () => Promise<Health>;
};

/**
 * The process's own listener for people and machines that watch it: /metrics, /health/live, /health/ready. Apart from the public
 * address, on loopback unless told otherwise, and without a secret.
 *
 * A busy port is no reason to send nothing: another free one is taken, and the log says which.
 */
export async function serveMetrics(options: ServeMetricsOptions): Promise<MetricsServer | null> {
  const { host, port, logger } = options;
  const server = createServer((request, response) => {
    void answer(options, request.url ?? "/", response).catch((err: unknown) => {
      logger.warn({ err }, "figures could not be gathered");
      response.destroy();
    });
  });
  server.headersTimeout = 5_000;
  server.requestTimeout = 5_000;
  try {
    await listen(server, host, port).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EADDRINUSE" || port === 0) throw error;
      return listen(server, host, 0);
    });
  } catch (err) {
    logger.warn({ err, host, port }, "no metrics: their address cannot be listened on");
    return null;
  }
  server.unref();
  const got = (server.address() as AddressInfo).port;
  if (port !== 0 && got !== port) logger.warn({ wanted: port, port: got }, "the metrics port is taken; using another");
  logger.debug({ host, port: got }, "metrics are served");
  return {
    port: got,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

async function answer(options: ServeMetricsOptions, url: string, response: ServerResponse): Promise<void> {
  const path = url.split("?")[0];
  if (path === "/health/live") return sendJson(response, 200, { status: "ok" });
  if (path === "/health/ready") {
    const health = await options.ready();
    return sendJson(response, health.status === "down" ? 503 : 200, health);
  }
  if (path !== "/metrics") return sendJson(response, 404, { paths: ["/metrics", "/health/live", "/health/ready"] });
  await options.refresh();
  const { registry } = metrics();
  response.writeHead(200, { "content-type": registry.contentType }).end(await registry.metrics());
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
