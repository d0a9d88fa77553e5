import { randomUUID } from "node:crypto";
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as messagesRoute from "@/app/api/v1/messages/route";
import * as readyRoute from "@/app/api/health/ready/route";
import * as liveRoute from "@/app/api/health/live/route";
import { REQUEST_EXAMPLES } from "@/lib/schemas/api/examples";
import type { Problem } from "@/lib/schemas/api/problems";
import { makeApiKey } from "@/lib/server/api-keys/api-key-format";
import { isDatabaseAway } from "@/lib/server/db/is-database-away";
import { createPool } from "@/lib/server/db/pool";
import { createPrisma, type Db } from "@/lib/server/db/prisma";
import { freePort } from "../../scripts/embedded-database.mjs";

/** Nobody listens where this process's pool looks for PostgreSQL. */
const held = {} as { sql: pg.Pool; db: Db };
beforeAll(async () => {
  held.sql = createPool(`postgresql://kamurj@127.0.0.1:${await freePort()}/kamurj`, 2);
  held.db = createPrisma(held.sql);
  Object.assign(globalThis, { kamurjPool: held.sql, kamurjPrisma: held.db });
});
afterAll(async () => {
  await held.db.$disconnect();
  await held.sql.end();
});

function send(): Promise<Response> {
  const headers = {
    ...{ authorization: `Bearer ${makeApiKey().key}`, "content-type": "application/json" },
    ...{ "idempotency-key": randomUUID() },
  };
  const body = JSON.stringify(REQUEST_EXAMPLES.text.value);
  const request = new Request("http://localhost/api/v1/messages", { method: "POST", headers, body });
  return messagesRoute.POST(request, { params: Promise.resolve({}) });
}

describe("while PostgreSQL is away", () => {
  it.each([
    ["a query of the pool", () => held.sql.query("SELECT 1")],
    ["a query of Prisma", () => held.db.account.findFirst()],
    ["plain SQL through Prisma", () => held.db.$queryRaw`SELECT 1`],
    ["a transaction of Prisma", () => held.db.$transaction((tx) => tx.account.findFirst())],
  ])("%s fails in a way that is known for what it is", async (_, work) => {
    const error: unknown = await work().then(
      () => null,
      (reason: unknown) => reason,
    );
    expect(isDatabaseAway(error), String(error)).toBe(true);
  });

  it("the health addresses say that the process lives and is not ready", async () => {
    expect(liveRoute.GET().status).toBe(200);
    const ready = await readyRoute.GET();
    expect([ready.status, await ready.json()]).toMatchObject([503, { status: "down", database: false }]);
  });

  it("the API answers 503 with a problem document, when to come again, and an id that the log has", async () => {
    const response = await send();
    expect(response.status).toBe(503);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(response.headers.get("x-request-id")).toMatch(/^req_/);
    expect((await response.json()) as Problem).toMatchObject({
      status: 503,
      type: expect.stringContaining("unavailable"),
    });
  });
});
