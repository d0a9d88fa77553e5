import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { InboundMessage } from "@/lib/carriers/connector";
import { createTestAccount, useTestDatabase, type TestAccount } from "@/tests/int/harness";
import { testDispatch } from "../dispatch.fixture";
import { receiveInbound } from "../receive-inbound";
import { expireInboundParts, takeInbound, type InboundFrom, type ReceiveInbound } from "./take-inbound";

const database = useTestDatabase();

async function line() {
  const account = await createTestAccount(database);
  const { deps } = await testDispatch(database, account);
  const { id = "" } = deps.connections.forChannel(account.accountId, "sms") ?? {};
  const from: InboundFrom = { id, accountId: account.accountId, channel: "sms" };
  const received: InboundMessage[] = [];
  const receive: ReceiveInbound = (_from, message) => Promise.resolve(void received.push(message));
  return {
    ...{ account, from, received, receive },
    take: (message: InboundMessage) => takeInbound(database.sql, from, message, receive),
  };
}

const sender = "+37477000001";
function part(sequence: number, total: number, text: string, reference = 7): InboundMessage {
  const place = { width: "8", reference, total, sequence } as const;
  return { from: sender, to: "KAMURJ", text, carrierId: "", carrierTimeMs: null, part: place };
}

const textsOf = (received: readonly InboundMessage[]): string[] => received.map(({ text }) => text);
const kept = async ({ accountId }: TestAccount): Promise<number> =>
  Number(
    (await database.sql.query("SELECT count(*) AS n FROM inbound_part WHERE account_id = $1", [accountId])).rows[0]?.n,
  );
const age = ({ accountId }: TestAccount, hours: number) =>
  database.sql.query(
    "UPDATE inbound_part SET received_at = received_at - make_interval(hours => $2) WHERE account_id = $1",
    [accountId, hours],
  );

describe("a long message of a person's", () => {
  it("is received once and whole, whatever the order of its parts and however often each comes, two at a time", async () => {
    const { take, received } = await line();
    let reference = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ minLength: 1, maxLength: 5, unit: "grapheme" }), { minLength: 2, maxLength: 6 }),
        fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
        async (texts, chance) => {
          reference += 1;
          const own = reference;
          const before = received.length;
          const parts = texts.flatMap((text, i) => {
            const one = part(i + 1, texts.length, text, own);
            return (chance.next().value ?? 0) < 0.3 ? [one, one] : [one];
          });
          const order = parts.map((one) => ({ one, at: chance.next().value ?? 0 })).sort((a, b) => a.at - b.at);
          for (let i = 0; i < order.length; i += 2) {
            await Promise.all(order.slice(i, i + 2).map(({ one }) => take(one)));
          }
          expect(textsOf(received.slice(before))).toEqual([texts.join("")]);
        },
      ),
      { numRuns: 25 },
    );
  });

  it("keeps an emoji that two parts share", async () => {
    const { take, received } = await line();
    await take(part(1, 2, "a\ud83d"));
    await take(part(2, 2, "\ude00b"));
    expect(textsOf(received)).toEqual(["a😀b"]);
  });

  it("does not mix with another's of the same reference, nor with another kind of reference", async () => {
    const { take, received } = await line();
    await take(part(1, 2, "mine "));
    await take({ ...part(2, 2, "theirs"), from: "+37477000002" });
    await take({ ...part(2, 2, "wide"), part: { width: "16", reference: 7, total: 2, sequence: 2 } });
    expect(received).toEqual([]);
    await take(part(2, 2, "too"));
    expect(textsOf(received)).toEqual(["mine too"]);
  });

  it("gives way to a new one when the phone uses the reference again; what had come of the old one is received", async () => {
    const { take, received, account } = await line();
    await take(part(1, 2, "old"));
    await take(part(1, 2, "new "));
    await take(part(2, 2, "one"));
    expect(textsOf(received)).toEqual(["old…", "new one"]);
    await take(part(1, 2, "third "));
    await take(part(2, 2, "time"));
    expect(textsOf(received)).toEqual(["old…", "new one", "third time"]);
    expect(await kept(account)).toBe(2);
  });

  it("is received again if the process dies before it is marked, under the same id", async () => {
    const { take, received, from } = await line();
    await take(part(1, 2, "a"));
    const dying: ReceiveInbound = (_from, message) => {
      received.push(message);
      return Promise.reject(new Error("died"));
    };
    await expect(takeInbound(database.sql, from, part(2, 2, "b"), dying)).rejects.toThrow("died");
    await take(part(2, 2, "b")); // the carrier had no answer
    await take(part(2, 2, "b"));
    expect(textsOf(received)).toEqual(["ab", "ab"]);
    expect(received[0]?.carrierId).toBe(received[1]?.carrierId);
  });
});

describe("after a day", () => {
  it("what came is received, gaps marked, once; and what was whole is forgotten", async () => {
    const { take, received, receive, account } = await line();
    await take(part(2, 4, "b", 1));
    await take(part(4, 4, "d", 1));
    await take(part(1, 2, "a", 2));
    await take(part(2, 2, "b", 2));
    await age(account, 23);
    await expireInboundParts(database.sql, receive);
    expect(textsOf(received)).toEqual(["ab"]);
    await age(account, 2);
    await Promise.all([expireInboundParts(database.sql, receive), expireInboundParts(database.sql, receive)]);
    expect(textsOf(received)).toEqual(["ab", "…b…d"]);
    expect(await kept(account)).toBe(0);
  });
});

describe("STOP", () => {
  it("in the first part counts at once, though the others never come", async () => {
    const { from, account } = await line();
    const receive: ReceiveInbound = async (of, message) => void (await receiveInbound(database.sql, of, [message]));
    await takeInbound(database.sql, from, part(1, 3, "ԿԱՆԳ\nՍիրով՝ Անի, ուղարկված իմ հեռախոսից"), receive);
    const { rows } = await database.sql.query("SELECT e164 FROM suppression WHERE account_id = $1", [
      account.accountId,
    ]);
    expect(rows).toEqual([{ e164: sender }]);
  });

  it("in a later part alone stops nothing by itself", async () => {
    const { take, received } = await line();
    await take(part(2, 2, "STOP"));
    expect(received).toEqual([]);
  });
});
