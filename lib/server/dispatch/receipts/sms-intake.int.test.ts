import { beforeEach, expect, it } from "vitest";
import { readIntakes } from "@/lib/server/connections/connection-health";
import { insertConnection } from "@/lib/server/connections/save-connection";
import { testDispatch } from "@/lib/server/dispatch/dispatch.fixture";
import { createTestAccount, useTestDatabase } from "@/tests/int/harness";
import { beatIntake, readIntake } from "./beat-intake";

const database = useTestDatabase();
beforeEach(async () => {
  await database.sql.query("DELETE FROM receipt_intake");
  await database.sql.query("UPDATE connection SET status = 'paused' WHERE kind = 'http_sms'");
});

const web = { source: "web:host:1", channel: "sms", lagMs: 30_000, backlog: 25_000 } as const;

async function withHttpSms() {
  const account = await createTestAccount(database);
  const { id } = await database.db.$transaction((tx) =>
    insertConnection(
      ...([tx, account.accountId, "SMS"] as const),
      { kind: "http_sms", config: { accountSid: "AC1", from: "+37410000000" }, secrets: { authToken: "t" } },
      10,
    ),
  );
  return { account, id };
}

it("SMS over HTTP are heard while a web process takes them in, with the lag that it has", async () => {
  const { id } = await withHttpSms();
  expect((await readIntake(database.sql)).has("sms")).toBe(false);
  expect((await readIntakes(database.sql))("http_sms", id)).toEqual({ state: "deaf" });
  await beatIntake(database.sql, [web]);
  expect((await readIntake(database.sql)).get("sms")).toEqual({ lagMs: 30_000, backlog: 25_000 });
  expect((await readIntakes(database.sql))("http_sms", id)).toMatchObject({ state: "listening", lagMs: 30_000 });
});

it("a web process says nothing of an SMPP line, bound or not, and of SMS nothing where nobody has them over HTTP", async () => {
  await beatIntake(database.sql, [web]);
  expect((await readIntake(database.sql)).has("sms")).toBe(false);
  expect((await readIntakes(database.sql))("smpp", "line")).toEqual({ state: "deaf" });
  await beatIntake(database.sql, [{ source: "smpp:line", channel: "sms", lagMs: 5, backlog: 0 }]);
  expect((await readIntake(database.sql)).get("sms")).toEqual({ lagMs: 5, backlog: 0 });
  expect((await readIntakes(database.sql))("smpp", "line")).toMatchObject({ lagMs: 5 });
});

it("a line over HTTP slows while its receipts queue, and one over SMPP beside it does not", async () => {
  const { account, id } = await withHttpSms();
  const { deps } = await testDispatch(database, account);
  const lines = deps.connections.all().filter(({ accountId }) => accountId === account.accountId);
  const smpp = lines.find(({ details }) => details.kind === "smpp");
  const pressures = new Map<string, number>();
  for (const { id: line, limiter } of lines) {
    Object.assign(limiter, { setPressure: (share: number) => pressures.set(line, share) });
  }
  await beatIntake(database.sql, [web, { source: `smpp:${smpp?.id ?? ""}`, channel: "sms", lagMs: 0, backlog: 0 }]);
  await deps.connections.refresh();
  expect(pressures.get(id)).toBe(0.05);
  expect(pressures.get(smpp?.id ?? "")).toBe(1);
});
