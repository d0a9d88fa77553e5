import { randomUUID } from "node:crypto";
import pg from "pg";
import { afterAll, beforeAll, inject } from "vitest";
import { ROLES, type Role } from "../../lib/domain/vocabulary";
import { createPool } from "../../lib/server/db/pool";
import { createPrisma, type Db } from "../../lib/server/db/prisma";
import { tenantContext, type TenantContext } from "../../lib/server/tenant-context";

export type TestDatabase = { readonly url: string; readonly sql: pg.Pool; readonly db: Db };

/** A database of its own for this test file, cloned from the migrated template. Call at the top level of the file. */
export function useTestDatabase(): TestDatabase {
  const name = `t_${randomUUID().replaceAll("-", "")}`;
  const held: { sql?: pg.Pool; db?: Db; url?: string } = {};
  beforeAll(async () => {
    await onAdmin(`CREATE DATABASE ${name} TEMPLATE kamurj_template`);
    const url = new URL(inject("adminUrl"));
    url.pathname = `/${name}`;
    held.url = url.href;
    held.sql = createPool(url.href, 10);
    held.db = createPrisma(held.sql);
  });
  afterAll(async () => {
    await held.db?.$disconnect();
    await held.sql?.end();
    await onAdmin(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  });
  const ready = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Error("The test database is made in beforeAll: use it in hooks and tests only.");
    return value;
  };
  return {
    get url() {
      return ready(held.url);
    },
    get sql() {
      return ready(held.sql);
    },
    get db() {
      return ready(held.db);
    },
  };
}

/** CREATE DATABASE … TEMPLATE fails while another clone of the same template is being made; try again. */
async function onAdmin(statement: string): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    const admin = new pg.Client({ connectionString: inject("adminUrl") });
    await admin.connect();
    try {
      await admin.query(statement);
      return;
    } catch (error) {
      if (tries >= 100 || !(error instanceof pg.DatabaseError) || error.code !== "55006") throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    } finally {
      await admin.end();
    }
  }
}

export type TestAccount = {
  readonly accountId: string;
  readonly shard: number;
  /** A context of a user with that role in this account. */
  as(role: Role, options?: { readonly now?: () => Date }): TenantContext;
  readonly userIds: Readonly<Record<Role, string>>;
};

const SHARDS = 64;
let accountsMade = 0;

/**
 * A fresh account with one user a role. Tests share a database but never an account, nor, among the first 64 of a file, a shard:
 * whoever sends and decides does so for a whole shard.
 */
export async function createTestAccount(database: TestDatabase, name = "Test account"): Promise<TestAccount> {
  accountsMade += 1;
  const shard = accountsMade % SHARDS;
  const accountId = `${randomUUID().slice(0, -2)}${shard.toString(16).padStart(2, "0")}`;
  await database.db.account.create({ data: { id: accountId, name, shard, defaultCountry: "AM", currency: "EUR" } });
  const userIds = {} as Record<Role, string>;
  for (const role of ROLES) {
    const id = randomUUID();
    const email = `${role}-${id}@test.example`;
    await database.db.user.create({
      data: { id, email, name: `Test ${role}`, passwordHash: "-", lastAccountId: accountId },
    });
    await database.db.membership.create({ data: { accountId, userId: id, role } });
    userIds[role] = id;
  }
  return {
    accountId,
    shard,
    userIds,
    as: (role, options = {}) =>
      tenantContext(
        { accountId, shard, actor: { kind: "user", id: userIds[role], name: `Test ${role}`, role } },
        { db: database.db, sql: database.sql, now: options.now ?? (() => new Date()) },
      ),
  };
}
