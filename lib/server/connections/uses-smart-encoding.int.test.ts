import { expect, it } from "vitest";
import type { ConnectionInput } from "@/lib/schemas/connection";
import { measureAudience } from "@/lib/server/campaigns/measure-audience";
import { testContent } from "@/lib/server/dispatch/dispatch.fixture";
import { createTestAccount, useTestDatabase, type TestAccount } from "@/tests/int/harness";
import { insertConnection } from "./save-connection";
import { usesSmartEncoding } from "./uses-smart-encoding";

const database = useTestDatabase();

const smpp = (smartEncoding: boolean): ConnectionInput => ({
  kind: "smpp",
  config: { host: "127.0.0.1", port: 1, systemId: "x", sourceAddr: "X", smartEncoding },
  secrets: { password: "" },
});
const add = ({ accountId }: TestAccount, input: ConnectionInput) =>
  database.db.$transaction((tx) => insertConnection(tx, accountId, "SMS", input, 10));

it("smart encoding counts only where every active SMS connection of the account has it on", async () => {
  const account = await createTestAccount(database);
  const asked = () => usesSmartEncoding(account.as("marketer"));
  expect(await asked()).toBe(false);
  await add(account, smpp(true));
  expect(await asked()).toBe(true);
  const { id } = await add(account, smpp(false));
  expect(await asked()).toBe(false);
  await database.sql.query("UPDATE connection SET status = 'paused' WHERE id = $1", [id]);
  expect(await asked()).toBe(true);
  await add(account, { kind: "http_sms", config: { accountSid: "A", from: "X" }, secrets: { authToken: "t" } });
  expect(await asked()).toBe(false);
  expect(await usesSmartEncoding((await createTestAccount(database)).as("marketer"))).toBe(false);
});

it("an audience is measured as its SMS leave: typographic signs cost nothing, letters what they cost", async () => {
  const people = ["Ani", "Անի"].map((name, i) => ({
    ...{ contactId: String(i), e164: `+3747700000${i}`, country: "AM", name, attributes: {}, optedOut: false },
  }));
  const chunks = async function* () {
    yield await Promise.resolve(people);
  };
  const content = testContent("marketing", `Hello {{name}}, “${"x".repeat(80)}”`);
  const measured = async (isSmart: boolean) =>
    Object.fromEntries((await measureAudience(content, "sms", chunks(), isSmart)).distribution);
  expect(await measured(false)).toEqual({ 2: 2 });
  expect(await measured(true)).toEqual({ 1: 1, 2: 1 });
});
