import { describe, expect, it } from "vitest";
import { CHANNEL_CODE } from "@/lib/domain/vocabulary";
import { connectionTestInput } from "@/lib/schemas/connection-test";
import { createTestAccount, useTestDatabase, type TestAccount } from "../../../tests/int/harness";
import { testDispatch, type TestDispatch } from "../dispatch/dispatch.fixture";
import { getMessage } from "../messages/get-message";
import { quoteTest } from "./quote-test";
import { MOST_TESTS, sendTest } from "./send-test";
import { setConnectionStatus } from "./set-connection-status";

const database = useTestDatabase();
const TO = "+37477000001";

type Desk = { readonly account: TestAccount; readonly dispatch: TestDispatch; readonly connectionId: string };

/** An account with a connection of each channel, of which the one for `channel` is tested. */
async function desk(channel: "sms" | "whatsapp" | "viber" = "sms"): Promise<Desk> {
  const account = await createTestAccount(database);
  const dispatch = await testDispatch(database, account);
  const connectionId = dispatch.deps.connections.candidates(account.accountId, channel)[0]?.id ?? "";
  return { account, dispatch, connectionId };
}

const queued = async ({ account }: Desk): Promise<number> =>
  (
    await database.sql.query("SELECT 1 FROM message WHERE shard = $1 AND account_id = $2", [
      account.shard,
      account.accountId,
    ])
  ).rows.length;
const entries = ({ account }: Desk) =>
  database.db.auditEntry.findMany({ where: { accountId: account.accountId, action: "connection.tested" } });

describe("sendTest", () => {
  it.each(["sms", "whatsapp", "viber"] as const)(
    "goes by that very connection of %s, once and without fallback, and is in the audit log",
    async (channel) => {
      const { account, dispatch, connectionId } = await desk(channel);
      const { messageId } = await sendTest(account.as("admin"), { connectionId, to: TO });
      await dispatch.send();
      const { facts, testOf } = await getMessage(account.as("admin"), { id: messageId });
      expect(facts).toMatchObject({ e164: TO, category: "utility", fallbackMode: "off" });
      expect(facts.attempts.map((attempt) => [attempt.channel, attempt.step])).toEqual([[channel, 0]]);
      const { name } = await database.db.connection.findFirstOrThrow({ where: { id: connectionId } });
      expect(testOf).toBe(name);
      const { rows } = await database.sql.query(
        "SELECT connection_id FROM attempt WHERE shard = $1 AND message_id = $2",
        [account.shard, messageId],
      );
      expect(rows).toEqual([{ connection_id: connectionId }]);
      const log = await entries({ account, dispatch, connectionId });
      expect(log).toMatchObject([{ target: connectionId, detail: { name } }]);
    },
  );

  it("is for admins alone, price and sending alike", async () => {
    const one = await desk();
    for (const role of ["marketer", "support", "developer"] as const) {
      const input = { connectionId: one.connectionId, to: TO };
      await expect(sendTest(one.account.as(role), input)).rejects.toMatchObject({ code: "forbidden" });
      await expect(quoteTest(one.account.as(role), input)).rejects.toMatchObject({ code: "forbidden" });
    }
    expect(await queued(one)).toBe(0);
  });

  it("finds no connection of another account", async () => {
    const [one, other] = [await desk(), await createTestAccount(database)];
    const input = { connectionId: one.connectionId, to: TO };
    await expect(sendTest(other.as("admin"), input)).rejects.toMatchObject({ code: "not_found" });
    await expect(quoteTest(other.as("admin"), input)).rejects.toMatchObject({ code: "not_found" });
    expect(await queued(one)).toBe(0);
  });

  it("sends nothing by a paused connection", async () => {
    const one = await desk();
    const { account, connectionId } = one;
    await setConnectionStatus(account.as("admin"), { connectionId, status: "paused" });
    await expect(sendTest(account.as("admin"), { connectionId, to: TO })).rejects.toMatchObject({
      code: "conflict",
      messageKey: "connection.testPaused",
    });
    expect(await queued(one)).toBe(0);
    expect(await entries(one)).toEqual([]);
  });

  it(`lets ${MOST_TESTS} through in a minute, also of many at once`, async () => {
    const one = await desk();
    const asked = Array.from({ length: MOST_TESTS + 3 }, () =>
      sendTest(one.account.as("admin"), { connectionId: one.connectionId, to: TO }),
    );
    const answers = await Promise.allSettled(asked);
    const refused = answers.flatMap((answer) => (answer.status === "rejected" ? [answer.reason as unknown] : []));
    expect(refused).toHaveLength(3);
    for (const reason of refused) expect(reason).toMatchObject({ code: "rate_limited" });
    expect(await queued(one)).toBe(MOST_TESTS);
    expect(await entries(one)).toHaveLength(MOST_TESTS);
  });

  it.each([
    "+37410000000",
    "12",
    "=cmd|' /C calc'!A0",
    "'; DROP TABLE message; --",
    "+374770000\u202e01x",
    "٠".repeat(99),
  ])("refuses what is no mobile number: %s", async (to) => {
    const one = await desk();
    const input = connectionTestInput.parse({ connectionId: one.connectionId, to });
    for (const act of [sendTest, quoteTest]) {
      await expect(act(one.account.as("admin"), input)).rejects.toMatchObject({
        code: "invalid_input",
        fields: { to: "field.phone" },
      });
    }
    expect(await queued(one)).toBe(0);
  });

  it.each([
    { connectionId: "x", to: TO },
    { connectionId: "00000000-0000-4000-8000-000000000000", to: "" },
    { connectionId: "00000000-0000-4000-8000-000000000000", to: "7".repeat(101) },
    { connectionId: "00000000-0000-4000-8000-000000000000", to: TO, category: "marketing" },
    null,
  ])("takes no hostile input (%#)", (input) => {
    expect(connectionTestInput.safeParse(input).success).toBe(false);
  });
});

describe("quoteTest", () => {
  it("says the price of the connection's channel in the number's country, and none where none is set", async () => {
    const { account, connectionId } = await desk();
    const quote = () => quoteTest(account.as("admin"), { connectionId, to: "077 000 001" });
    await database.db.price.deleteMany({ where: { accountId: account.accountId } });
    expect(await quote()).toMatchObject({ phone: "+374 77 000001", priceMicros: null });
    await database.db.price.create({
      data: {
        accountId: account.accountId,
        channel: CHANNEL_CODE.sms,
        country: "AM",
        priceMicros: 45_000n,
        validFrom: new Date(0),
      },
    });
    expect(await quote()).toMatchObject({ priceMicros: 45_000 });
  });
});
