import { createServer, type Server } from "node:net";
import type { AddressInfo } from "node:net";
import pino from "pino";
import { afterEach, describe, expect, it } from "vitest";
import { checkWorker, LOOP_STALE_MS } from "./check-worker";
import { metrics } from "./metrics";
import { serveMetrics, type Health, type MetricsServer } from "./serve-metrics";

const open: (MetricsServer | null)[] = [];
let blocker: Server | undefined;
afterEach(async () => {
  for (const server of open.splice(0)) await server?.close();
  await new Promise<void>((resolve) => (blocker === undefined ? resolve() : blocker.close(() => resolve())));
  blocker = undefined;
});

async function serve(port: number, lines: string[], health: Health = { status: "ok" }): Promise<number> {
  const server = await serveMetrics({
    ...{ host: "127.0.0.1", port, logger: pino({ level: "warn" }, { write: (line: string) => void lines.push(line) }) },
    refresh: () => Promise.resolve(),
    ready: () => Promise.resolve(health),
  });
  open.push(server);
  if (server === null) throw new Error("nothing listens");
  return server.port;
}

describe("the listener for figures and health", () => {
  it("answers in Prometheus's text format, with the process's own figures", async () => {
    metrics().sends.inc({ channel: "sms", outcome: "accepted" }, 3);
    const answer = await fetch(`http://127.0.0.1:${await serve(0, [])}/metrics`);
    expect(answer.headers.get("content-type")).toMatch(/^text\/plain; version=0\.0\.4/);
    const text = await answer.text();
    expect(text).toContain('kamurj_sends_total{channel="sms",outcome="accepted"} 3\n');
    expect(text).toContain("# TYPE kamurj_accept_to_wire_seconds histogram");
    expect(text).toContain("process_cpu_seconds_total");
  });

  it("says 503 only for down, and 404 for every other address", async () => {
    const status = async (health: Health["status"], path: string): Promise<number> =>
      (await fetch(`http://127.0.0.1:${await serve(0, [], { status: health })}${path}`)).status;
    expect(await status("ok", "/health/ready")).toBe(200);
    expect(await status("degraded", "/health/ready")).toBe(200);
    expect(await status("down", "/health/ready")).toBe(503);
    expect(await status("down", "/health/live")).toBe(200);
    expect(await status("ok", "/api/v1/messages")).toBe(404);
  });

  it("takes another port when its own is taken, and says which: two installations on one machine both run", async () => {
    blocker = createServer();
    await new Promise<void>((resolve) => blocker?.listen(0, "127.0.0.1", () => resolve()));
    const taken = (blocker.address() as AddressInfo).port;
    const lines: string[] = [];
    const port = await serve(taken, lines);
    expect(port).not.toBe(taken);
    expect(JSON.parse(lines[0] ?? "{}")).toMatchObject({ level: 40, wanted: taken, port });
    expect((await fetch(`http://127.0.0.1:${port}/health/live`)).status).toBe(200);
  });

  it("leaves the process running where the address cannot be had at all", async () => {
    const lines: string[] = [];
    const logger = pino({ level: "warn" }, { write: (line: string) => void lines.push(line) });
    const server = await serveMetrics({
      ...{ host: "203.0.113.77", port: 0, logger },
      refresh: () => Promise.resolve(),
      ready: () => Promise.resolve({ status: "ok" }),
    });
    expect(server).toBeNull();
    expect(lines.length).toBe(1);
  });
});

describe("labels", () => {
  it("never name an account, a campaign, a message or a number", async () => {
    const names = (await metrics().registry.getMetricsAsJSON()).map(({ name }) => name);
    expect(names.filter((name) => name.startsWith("kamurj_")).length).toBeGreaterThan(20);
    const own = names.map((name) => metrics().registry.getSingleMetric(name)) as unknown as { labelNames: string[] }[];
    const labels = new Set(own.flatMap(({ labelNames }) => labelNames));
    for (const unbounded of ["account", "account_id", "campaign", "message", "to", "number", "code"]) {
      expect(labels).not.toContain(unbounded);
    }
  });
});

describe("checkWorker", () => {
  const view = { gap: 0, checked: 0, checkedAtMs: null };
  const conservation = { view: () => view, step: () => Promise.resolve() };
  const names = ["sender", "planner", "timers", "recovery", "housekeeping", "smpp-beats"];
  const fresh = new Map(names.map((name) => [name, 10]));

  it("is down, not silent, while the database does not answer; which loops hang is said", async () => {
    const pool = { query: () => Promise.reject(new Error("away")) } as never;
    const stuck = new Map([...fresh, ["timers", LOOP_STALE_MS + 1] as const]);
    const facts = { sql: pool, conservation, connections: () => 3 };
    expect(await checkWorker({ ...facts, loopAges: () => fresh })).toMatchObject({ status: "down", database: false });
    expect(await checkWorker({ ...facts, loopAges: () => stuck })).toMatchObject({ stuckLoops: ["timers"] });
    expect(await checkWorker({ ...facts, loopAges: () => new Map() })).toMatchObject({ stuckLoops: names });
  });
});
