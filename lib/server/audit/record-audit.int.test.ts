import { describe, expect, it } from "vitest";
import { createTestAccount, useTestDatabase } from "../../../tests/int/harness";
import { hashEntry, recordAudit } from "./record-audit";

const database = useTestDatabase();

describe("recordAudit", () => {
  it("chains each entry to the one before, also when many are written at once", async () => {
    const account = await createTestAccount(database);
    const ctx = account.as("admin");
    await Promise.all(
      Array.from({ length: 5 }, (_, i) =>
        ctx.transaction((tx) => recordAudit(tx, ctx, { action: "test.done", detail: { i } })),
      ),
    );
    const entries = await database.db.auditEntry.findMany({
      where: { accountId: account.accountId },
      orderBy: { seq: "asc" },
    });
    expect(entries.map((entry) => Number(entry.seq))).toEqual([1, 2, 3, 4, 5]);
    entries.forEach((entry, i) => {
      expect(entry.prevHash).toBe(entries[i - 1]?.hash ?? "");
      expect(hashEntry(entry)).toBe(entry.hash);
    });
  });

  it("refuses to change or remove an entry", async () => {
    const account = await createTestAccount(database);
    const ctx = account.as("admin");
    await ctx.transaction((tx) => recordAudit(tx, ctx, { action: "test.done" }));
    const where = { accountId: account.accountId };
    await expect(database.db.auditEntry.updateMany({ where, data: { action: "x" } })).rejects.toThrow(/never changed/);
    await expect(database.db.auditEntry.deleteMany({ where })).rejects.toThrow(/never changed/);
  });
});
