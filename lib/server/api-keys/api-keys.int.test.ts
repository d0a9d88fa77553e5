import { describe, expect, it } from "vitest";
import type { AppErrorCode } from "@/lib/domain/app-error";
import { createTestAccount, useTestDatabase } from "../../../tests/int/harness";
import { authenticateApiKey } from "./authenticate-api-key";
import { createApiKey, MAX_API_KEYS } from "./create-api-key";
import { listApiKeys } from "./list-api-keys";
import { revokeApiKey } from "./revoke-api-key";

const database = useTestDatabase();
const dependencies = () => ({ db: database.db, sql: database.sql, now: () => new Date() });
const signIn = (key: string) => authenticateApiKey(`Bearer ${key}`, dependencies());
const refusal = (code: AppErrorCode) => expect.objectContaining({ name: "AppError", code });

describe("an API key", () => {
  it("is shown once, kept as a hash, and acts for its account only", async () => {
    const account = await createTestAccount(database);
    const { key, row } = await createApiKey(account.as("admin"), { name: "Checkout" });
    expect(key).toMatch(/^kmr_live_[a-z0-9]{10}_[\w-]{43}$/);
    const stored = await database.sql.query("SELECT * FROM api_key WHERE account_id = $1", [account.accountId]);
    expect(JSON.stringify(stored.rows)).not.toContain(key.slice(row.prefix.length + 1));
    const audit = await database.sql.query("SELECT action, detail FROM audit_entry WHERE account_id = $1", [
      account.accountId,
    ]);
    expect(audit.rows).toEqual([{ action: "api_key.created", detail: { name: "Checkout", prefix: row.prefix } }]);

    const ctx = await signIn(key);
    expect(ctx).toMatchObject({
      accountId: account.accountId,
      shard: account.shard,
      actor: { kind: "api_key", id: row.id, name: "Checkout" },
    });
    const [listed] = await listApiKeys(account.as("developer"));
    expect(listed).toMatchObject({ id: row.id, createdBy: "Test admin", revokedAt: null });
    expect(listed?.lastUsedAt).not.toBeNull();
  });

  it("stops working the moment it is revoked, and only one of two people revokes it", async () => {
    const account = await createTestAccount(database);
    const { key, row } = await createApiKey(account.as("admin"), { name: "Old" });
    const both = await Promise.allSettled([
      revokeApiKey(account.as("admin"), { keyId: row.id }),
      revokeApiKey(account.as("admin"), { keyId: row.id }),
    ]);
    expect(both.map((one) => one.status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(both.find((one) => one.status === "rejected")).toMatchObject({ reason: { code: "conflict" } });
    await expect(signIn(key)).rejects.toEqual(refusal("unauthenticated"));
  });

  it.each([
    ["no header", null],
    ["another scheme", "Basic abc"],
    ["junk", "Bearer x"],
    ["an unknown key", `Bearer kmr_live_aaaaaaaaaa_${"A".repeat(43)}`],
    ["hostile bytes", `Bearer kmr_live_';DROP--`],
    ["a very long text", `Bearer ${"k".repeat(100_000)}`],
  ])("refuses %s", async (_name, header) => {
    await expect(authenticateApiKey(header, dependencies())).rejects.toEqual(refusal("unauthenticated"));
  });

  it("refuses a right prefix with a wrong secret", async () => {
    const account = await createTestAccount(database);
    const { key } = await createApiKey(account.as("admin"), { name: "Checkout" });
    const wrong = `${key.slice(0, -1)}${key.endsWith("A") ? "B" : "A"}`;
    await expect(signIn(wrong)).rejects.toEqual(refusal("unauthenticated"));
  });

  it("is made and revoked by admins only, and read by admins and developers", async () => {
    const account = await createTestAccount(database);
    const { row } = await createApiKey(account.as("admin"), { name: "Checkout" });
    for (const role of ["marketer", "support", "developer"] as const) {
      await expect(createApiKey(account.as(role), { name: "No" })).rejects.toEqual(refusal("forbidden"));
      await expect(revokeApiKey(account.as(role), { keyId: row.id })).rejects.toEqual(refusal("forbidden"));
    }
    await expect(listApiKeys(account.as("support"))).rejects.toEqual(refusal("forbidden"));
    await expect(listApiKeys(account.as("developer"))).resolves.toHaveLength(1);
  });

  it("does not exist for another account", async () => {
    const [account, other] = [await createTestAccount(database), await createTestAccount(database)];
    const { row, key } = await createApiKey(account.as("admin"), { name: "Checkout" });
    await expect(revokeApiKey(other.as("admin"), { keyId: row.id })).rejects.toEqual(refusal("not_found"));
    await expect(listApiKeys(other.as("admin"))).resolves.toEqual([]);
    await expect(signIn(key)).resolves.toMatchObject({ accountId: account.accountId });
  });

  it(`cannot be the ${MAX_API_KEYS + 1}st in use, not even when two are made at once`, async () => {
    const account = await createTestAccount(database);
    const ctx = account.as("admin");
    for (let n = 1; n < MAX_API_KEYS; n += 1) await createApiKey(ctx, { name: `Key ${n}` });
    const both = await Promise.allSettled([createApiKey(ctx, { name: "a" }), createApiKey(ctx, { name: "b" })]);
    expect(both.filter((one) => one.status === "fulfilled")).toHaveLength(1);
  });
});
