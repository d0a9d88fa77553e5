import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createTestAccount, useTestDatabase, type TestAccount } from "../../../tests/int/harness";
import { loadSession } from "../auth/load-session";
import { switchAccount } from "./switch-account";

const database = useTestDatabase();

async function openSession(account: TestAccount, userId: string) {
  const sessionId = randomUUID();
  const expiresAt = new Date(Date.now() + 86_400_000);
  await database.db.session.create({ data: { id: sessionId, userId, accountId: account.accountId, expiresAt } });
  return { sessionId, userId };
}

async function personOfTwo() {
  const [first, second] = [await createTestAccount(database, "First"), await createTestAccount(database, "Second")];
  const userId = first.userIds.admin;
  await database.db.membership.create({ data: { accountId: second.accountId, userId, role: "support" } });
  return { first, second, session: await openSession(first, userId) };
}

const accountOf = async (sessionId: string) => await loadSession(database.db, sessionId, new Date());

describe("switchAccount", () => {
  it("moves the session, with the role the person has there, and is remembered", async () => {
    const { second, session } = await personOfTwo();
    await switchAccount(database.db, session, second.accountId);
    expect(await accountOf(session.sessionId)).toMatchObject({ account: { id: second.accountId }, role: "support" });
    const user = await database.db.user.findUniqueOrThrow({ where: { id: session.userId } });
    expect(user.lastAccountId).toBe(second.accountId);
  });

  it("leads into no account that the person does not belong to, there or not", async () => {
    const { first, session } = await personOfTwo();
    const foreign = await createTestAccount(database, "Foreign");
    for (const accountId of [foreign.accountId, randomUUID()]) {
      await expect(switchAccount(database.db, session, accountId)).rejects.toMatchObject({ code: "not_found" });
    }
    expect(await accountOf(session.sessionId)).toMatchObject({ account: { id: first.accountId } });
    const user = await database.db.user.findUniqueOrThrow({ where: { id: session.userId } });
    expect(user.lastAccountId).toBe(first.accountId);
  });

  it("moves neither an ended session nor somebody else's", async () => {
    const { first, second, session } = await personOfTwo();
    const others = await openSession(first, first.userIds.support);
    const borrowed = { sessionId: others.sessionId, userId: session.userId };
    await expect(switchAccount(database.db, borrowed, second.accountId)).rejects.toMatchObject({ code: "not_found" });
    await database.db.session.update({ where: { id: session.sessionId }, data: { endedAt: new Date() } });
    await expect(switchAccount(database.db, session, second.accountId)).rejects.toMatchObject({ code: "not_found" });
    expect(await accountOf(others.sessionId)).toMatchObject({ account: { id: first.accountId } });
  });

  it("leads nowhere once the membership has been withdrawn", async () => {
    const { second, session } = await personOfTwo();
    await database.db.membership.deleteMany({ where: { accountId: second.accountId, userId: session.userId } });
    await expect(switchAccount(database.db, session, second.accountId)).rejects.toMatchObject({ code: "not_found" });
  });
});
