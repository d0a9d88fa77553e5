import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createTestAccount, useTestDatabase, type TestAccount } from "../../../tests/int/harness";
import { addPersonInput, changeOwnPasswordInput } from "@/lib/schemas/people";
import { hashPassword, verifyPassword } from "../auth/hash-password";
import { loadSession } from "../auth/load-session";
import { addPerson } from "./add-person";
import { changeOwnPassword } from "./change-own-password";
import { changeRole } from "./change-role";
import { endSessions } from "./end-sessions";
import { listPeople } from "./list-people";
import { removePerson } from "./remove-person";
import { resetPassword } from "./reset-password";
import { setOwnLanguage } from "./set-own-language";
import { setPersonDisabled } from "./set-person-disabled";

const database = useTestDatabase();

async function openSession(account: TestAccount, userId: string): Promise<string> {
  const id = randomUUID();
  const expiresAt = new Date(Date.now() + 86_400_000);
  await database.db.session.create({ data: { id, userId, accountId: account.accountId, expiresAt } });
  return id;
}

const isLive = async (sessionId: string) => (await loadSession(database.db, sessionId, new Date())) !== null;

async function secondAdmin(account: TestAccount) {
  const person = { name: "Second admin", email: `second-${randomUUID()}@test.example`, role: "admin" as const };
  const { userId } = await addPerson(account.as("admin"), { ...person, password: "a long password" });
  const admin = account.as("admin");
  return {
    userId,
    ctx: { ...admin, actor: { kind: "user" as const, id: userId, name: person.name, role: "admin" as const } },
  };
}

const audited = async (account: TestAccount) =>
  (await database.db.auditEntry.findMany({ where: { accountId: account.accountId }, orderBy: { seq: "asc" } })).map(
    (entry) => entry.action,
  );

describe("addPerson", () => {
  it("makes up a password when none is given, which is never written anywhere but hashed", async () => {
    const account = await createTestAccount(database);
    const email = `new-${randomUUID()}@test.example`;
    const added = await addPerson(account.as("admin"), { name: "Նոր", email, role: "support" });
    expect(added.password).toMatch(/^([a-zA-Z2-9]{5}-){3}[a-zA-Z2-9]{5}$/);
    const user = await database.db.user.findUniqueOrThrow({ where: { email } });
    expect(await verifyPassword(user.passwordHash, added.password ?? "")).toBe(true);
    const entries = await database.db.auditEntry.findMany({ where: { accountId: account.accountId } });
    expect(JSON.stringify(entries, (_, value) => (typeof value === "bigint" ? String(value) : value))).not.toContain(
      added.password,
    );
    expect((await listPeople(account.as("admin"))).find((one) => one.email === email)).toMatchObject({
      role: "support",
    });
  });

  it("refuses an address that has a sign-in, here or in another account, also when two add it at once", async () => {
    const [mine, theirs] = [await createTestAccount(database), await createTestAccount(database)];
    const person = { name: "Twice", email: `twice-${randomUUID()}@test.example`, role: "marketer" as const };
    const results = await Promise.allSettled([
      addPerson(mine.as("admin"), person),
      addPerson(theirs.as("admin"), person),
    ]);
    expect(results.filter((one) => one.status === "rejected")).toMatchObject([{ reason: { code: "conflict" } }]);
    const memberships = await database.db.membership.count({
      where: { accountId: { in: [mine.accountId, theirs.accountId] } },
    });
    expect(memberships).toBe(9);
  });

  it.each(["marketer", "support", "developer"] as const)("is not for a %s, nor is the list", async (role) => {
    const account = await createTestAccount(database);
    const person = { name: "X", email: `x-${randomUUID()}@test.example`, role: "admin" as const };
    await expect(addPerson(account.as(role), person)).rejects.toMatchObject({ code: "forbidden" });
    await expect(listPeople(account.as(role))).rejects.toMatchObject({ code: "forbidden" });
  });

  it.each([
    { email: "no address" },
    { email: `${"x".repeat(250)}@a.am` },
    { name: "\u0000" },
    { role: "owner" },
    { password: "short" },
    { password: "x".repeat(201) },
  ])("refuses %j", (wrong) => {
    const person = { name: "Ani", email: "ani@test.example", role: "support", ...wrong };
    expect(addPersonInput.safeParse(person).success).toBe(false);
  });
});

describe("changeRole", () => {
  it("acts at once and ends the person's sessions", async () => {
    const account = await createTestAccount(database);
    const session = await openSession(account, account.userIds.support);
    await changeRole(account.as("admin"), { userId: account.userIds.support, role: "marketer" });
    expect(await isLive(session)).toBe(false);
    expect((await listPeople(account.as("admin"))).filter((one) => one.role === "marketer")).toHaveLength(2);
    expect(await audited(account)).toEqual(["person.role_changed"]);
  });

  it("keeps the account an admin when two admins demote each other at once", async () => {
    const account = await createTestAccount(database);
    const second = await secondAdmin(account);
    const results = await Promise.allSettled([
      changeRole(account.as("admin"), { userId: second.userId, role: "support" }),
      changeRole(second.ctx, { userId: account.userIds.admin, role: "support" }),
    ]);
    expect(results.filter((one) => one.status === "rejected")).toMatchObject([{ reason: { code: "forbidden" } }]);
    const admins = await database.db.membership.count({ where: { accountId: account.accountId, role: "admin" } });
    expect(admins).toBe(1);
  });

  it("refuses one's own role, a person of another account, and any role but admin", async () => {
    const [mine, theirs] = [await createTestAccount(database), await createTestAccount(database)];
    const admin = mine.as("admin");
    await secondAdmin(mine);
    const own = changeRole(admin, { userId: mine.userIds.admin, role: "support" });
    await expect(own).rejects.toMatchObject({ code: "conflict", messageKey: "people.selfRole" });
    const foreign = changeRole(admin, { userId: theirs.userIds.support, role: "admin" });
    await expect(foreign).rejects.toMatchObject({ code: "not_found" });
    const low = changeRole(mine.as("marketer"), { userId: mine.userIds.marketer, role: "admin" });
    await expect(low).rejects.toMatchObject({ code: "forbidden" });
  });
});

describe("setPersonDisabled", () => {
  it("kills every open session with the same commit, and opens none again when enabled", async () => {
    const account = await createTestAccount(database);
    const sessions = [
      await openSession(account, account.userIds.marketer),
      await openSession(account, account.userIds.marketer),
    ];
    const admin = account.as("admin");
    const input = { userId: account.userIds.marketer, disabled: true };
    await setPersonDisabled(admin, input);
    await setPersonDisabled(admin, input);
    expect(await Promise.all(sessions.map(isLive))).toEqual([false, false]);
    await setPersonDisabled(admin, { ...input, disabled: false });
    expect(await Promise.all(sessions.map(isLive))).toEqual([false, false]);
    expect(await audited(account)).toEqual(["person.disabled", "person.enabled"]);
  });

  it("leaves one of two admins who disable each other at once", async () => {
    const account = await createTestAccount(database);
    const second = await secondAdmin(account);
    const results = await Promise.allSettled([
      setPersonDisabled(account.as("admin"), { userId: second.userId, disabled: true }),
      setPersonDisabled(second.ctx, { userId: account.userIds.admin, disabled: true }),
    ]);
    expect(results.filter((one) => one.status === "rejected")).toMatchObject([{ reason: { code: "forbidden" } }]);
    expect(
      (await listPeople(account.as("admin"))).filter((one) => one.disabledAt === null && one.role === "admin"),
    ).toHaveLength(1);
  });

  it("refuses oneself, strangers, and a sign-in that other accounts share", async () => {
    const [mine, theirs] = [await createTestAccount(database), await createTestAccount(database)];
    const admin = mine.as("admin");
    const disable = (userId: string) => setPersonDisabled(admin, { userId, disabled: true });
    await expect(disable(mine.userIds.admin)).rejects.toMatchObject({ messageKey: "people.selfDisable" });
    await expect(disable(theirs.userIds.support)).rejects.toMatchObject({ code: "not_found" });
    const shared = theirs.userIds.developer;
    await database.db.membership.create({ data: { accountId: mine.accountId, userId: shared, role: "developer" } });
    await expect(disable(shared)).rejects.toMatchObject({ messageKey: "people.elsewhere" });
    await expect(resetPassword(admin, { userId: shared })).rejects.toMatchObject({ messageKey: "people.elsewhere" });
    const there = await openSession(theirs, shared);
    await removePerson(admin, { userId: shared });
    expect(await isLive(there)).toBe(true);
    await expect(removePerson(admin, { userId: shared })).rejects.toMatchObject({ code: "not_found" });
  });

  it("refuses to take the last admin away, whoever asks", async () => {
    const account = await createTestAccount(database);
    const system = { ...account.as("admin"), actor: { kind: "system" as const, id: null, name: "job" } };
    const userId = account.userIds.admin;
    const last = { messageKey: "people.lastAdmin" };
    await expect(setPersonDisabled(system, { userId, disabled: true })).rejects.toMatchObject(last);
    await expect(changeRole(system, { userId, role: "support" })).rejects.toMatchObject(last);
    await expect(removePerson(system, { userId })).rejects.toMatchObject(last);
  });
});

describe("passwords and sessions", () => {
  it("a reset ends all sessions and the old password is no good", async () => {
    const account = await createTestAccount(database);
    const session = await openSession(account, account.userIds.support);
    const { password } = await resetPassword(account.as("admin"), { userId: account.userIds.support });
    expect(await isLive(session)).toBe(false);
    const user = await database.db.user.findUniqueOrThrow({ where: { id: account.userIds.support } });
    expect(await verifyPassword(user.passwordHash, password ?? "")).toBe(true);
    await expect(resetPassword(account.as("admin"), { userId: account.userIds.admin })).rejects.toMatchObject({
      messageKey: "people.selfPassword",
    });
  });

  it("ending sessions counts them, and twice finds none", async () => {
    const account = await createTestAccount(database);
    await openSession(account, account.userIds.support);
    const session = await openSession(account, account.userIds.support);
    const input = { userId: account.userIds.support };
    expect(await endSessions(account.as("admin"), input)).toEqual({ ended: 2 });
    expect(await isLive(session)).toBe(false);
    expect(await endSessions(account.as("admin"), input)).toEqual({ ended: 0 });
  });

  it("one's own password needs the present one, keeps this session and ends the others", async () => {
    const account = await createTestAccount(database);
    const userId = account.userIds.support;
    await database.db.user.update({
      where: { id: userId },
      data: { passwordHash: await hashPassword("present password") },
    });
    const [here, elsewhere] = [await openSession(account, userId), await openSession(account, userId)];
    const ctx = account.as("support");
    const change = (current: string) => changeOwnPassword(ctx, { current, next: "the next password" }, here);
    await expect(change("a wrong password")).rejects.toMatchObject({ fields: { current: "people.wrongPassword" } });
    await change("present password");
    expect([await isLive(here), await isLive(elsewhere)]).toEqual([true, false]);
    for (let i = 0; i < 5; i += 1) await expect(change("guess")).rejects.toMatchObject({ code: "invalid_input" });
    await expect(change("the next password")).rejects.toMatchObject({ code: "rate_limited" });
    expect(changeOwnPasswordInput.safeParse({ current: "x", next: "short" }).success).toBe(false);
  });

  it("one's own language is one's own", async () => {
    const account = await createTestAccount(database);
    await setOwnLanguage(account.as("support"), { locale: "hy" });
    const users = await database.db.user.findMany({
      where: { id: { in: Object.values(account.userIds) }, locale: "hy" },
    });
    expect(users.map((user) => user.id)).toEqual([account.userIds.support]);
  });
});
