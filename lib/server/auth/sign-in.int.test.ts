import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createTestAccount, useTestDatabase } from "../../../tests/int/harness";
import { hashPassword } from "./hash-password";
import { endSession, loadSession } from "./load-session";
import { SESSION_DAYS, signIn } from "./sign-in";

const database = useTestDatabase();
const source = { ip: null, userAgent: "test" };
const password = "a good long one";

async function person() {
  const account = await createTestAccount(database);
  const id = account.userIds.marketer;
  const email = `p-${randomUUID()}@test.example`;
  await database.db.user.update({ where: { id }, data: { email, passwordHash: await hashPassword(password) } });
  return { account, id, email };
}

async function openSession(email: string): Promise<string> {
  const result = await signIn(database.db, { email, password }, source, new Date());
  if (!result.ok) throw new Error(`Expected a session, got ${result.reason}.`);
  return result.sessionId;
}

describe("signIn", () => {
  it("opens a session that shows the person, the account and the role", async () => {
    const { account, id, email } = await person();
    const sessionId = await openSession(` ${email.toUpperCase()} `);
    expect(await loadSession(database.db, sessionId, new Date())).toMatchObject({
      user: { id, email },
      account: { id: account.accountId, shard: account.shard },
      role: "marketer",
    });
  });

  it("answers the same to a wrong password and to an address nobody has", async () => {
    const { email } = await person();
    const wrong = await signIn(database.db, { email, password: "wrong" }, source, new Date());
    const nobody = await signIn(database.db, { email: `no-${email}`, password }, source, new Date());
    expect(wrong).toEqual({ ok: false, reason: "invalid" });
    expect(nobody).toEqual(wrong);
  });

  it("throttles after five failures, also when they come at once, and also for the right password", async () => {
    const { email } = await person();
    const now = new Date();
    await Promise.all(Array.from({ length: 5 }, () => signIn(database.db, { email, password: "wrong" }, source, now)));
    expect(await signIn(database.db, { email, password }, source, now)).toMatchObject({ reason: "throttled" });
    const later = new Date(now.getTime() + 31_000);
    expect((await signIn(database.db, { email, password }, source, later)).ok).toBe(true);
  });

  it("takes huge and hostile input without a session and without an error", async () => {
    for (const email of ["", "a".repeat(100_000), "x' OR 1=1 --@test.example", "\u0000@test.example"]) {
      const result = await signIn(database.db, { email, password: "p".repeat(100_000) }, source, new Date());
      expect(result.ok).toBe(false);
    }
  });

  it("tells a disabled person so only when the password is right", async () => {
    const { id, email } = await person();
    await database.db.user.update({ where: { id }, data: { disabledAt: new Date() } });
    expect(await signIn(database.db, { email, password }, source, new Date())).toEqual({
      ok: false,
      reason: "disabled",
    });
    expect(await signIn(database.db, { email, password: "wrong" }, source, new Date())).toMatchObject({
      reason: "invalid",
    });
  });
});

describe("a session", () => {
  it("dies at once on sign-out, and ending it twice changes nothing", async () => {
    const { email } = await person();
    const sessionId = await openSession(email);
    await endSession(database.db, sessionId, new Date());
    await endSession(database.db, sessionId, new Date());
    expect(await loadSession(database.db, sessionId, new Date())).toBeNull();
  });

  it("dies at once when the person is disabled or leaves the account", async () => {
    const { account, id, email } = await person();
    const sessionId = await openSession(email);
    await database.db.user.update({ where: { id }, data: { disabledAt: new Date() } });
    expect(await loadSession(database.db, sessionId, new Date())).toBeNull();
    await database.db.user.update({ where: { id }, data: { disabledAt: null } });
    expect(await loadSession(database.db, sessionId, new Date())).not.toBeNull();
    const where = { accountId_userId: { accountId: account.accountId, userId: id } };
    await database.db.membership.delete({ where });
    expect(await loadSession(database.db, sessionId, new Date())).toBeNull();
  });

  it("has the new role with the next request", async () => {
    const { account, id, email } = await person();
    const sessionId = await openSession(email);
    const where = { accountId_userId: { accountId: account.accountId, userId: id } };
    await database.db.membership.update({ where, data: { role: "support" } });
    expect((await loadSession(database.db, sessionId, new Date()))?.role).toBe("support");
  });

  it("ends by itself", async () => {
    const { email } = await person();
    const sessionId = await openSession(email);
    const late = new Date(Date.now() + SESSION_DAYS * 86_400_000 + 1000);
    expect(await loadSession(database.db, sessionId, late)).toBeNull();
  });
});
