import { describe, expect, it } from "vitest";
import { createTestAccount, useTestDatabase, type TestAccount } from "../../../tests/int/harness";
import { writeRollup } from "../../../tests/int/write-rollup";
import { accountSettingsInput, auditPageInput, priceInput } from "@/lib/schemas/accounts";
import { fallbackPolicyInput, type FallbackPolicy } from "@/lib/schemas/accounts-fallback";
import { addPrice } from "./add-price";
import { forecastFallback } from "./forecast-fallback";
import { AUDIT_PAGE_SIZE, listAudit } from "./list-audit";
import { listPrices } from "./list-prices";
import { loadAccountSettings } from "./load-account-settings";
import { loadFallback } from "./load-fallback";
import { setSmsFallback } from "./set-sms-fallback";
import { updateAccount } from "./update-account";
import { updateFallbackPolicy } from "./update-fallback-policy";
import { verifyAudit } from "./verify-audit";

const database = useTestDatabase();
const NOW = new Date("2026-11-22T10:30:00Z");
const now = () => NOW;

function auditOf(account: TestAccount) {
  return database.db.auditEntry.findMany({ where: { accountId: account.accountId }, orderBy: { seq: "asc" } });
}

describe("the switch", () => {
  it("is flipped by an admin, and everyone of the account reads who and when", async () => {
    const account = await createTestAccount(database);
    await setSmsFallback(account.as("admin", { now }), { enabled: true });
    const seen = await loadFallback(account.as("support", { now }));
    expect(seen).toMatchObject({
      enabled: true,
      changedAt: NOW.toISOString(),
      changedBy: "Test admin",
      policyVersion: 2,
    });
    expect(seen.admins).toEqual(["Test admin"]);
    expect((await auditOf(account)).map((entry) => entry.action)).toEqual(["fallback.turned_on"]);
  });

  it("set twice, or by two admins at once, is one change and one entry", async () => {
    const account = await createTestAccount(database);
    const admin = account.as("admin");
    await Promise.all([setSmsFallback(admin, { enabled: true }), setSmsFallback(admin, { enabled: true })]);
    await setSmsFallback(admin, { enabled: true });
    expect(await auditOf(account)).toHaveLength(1);
    expect((await loadFallback(admin)).policyVersion).toBe(2);
  });

  it.each(["marketer", "support", "developer"] as const)("is not for a %s", async (role) => {
    const account = await createTestAccount(database);
    await expect(setSmsFallback(account.as(role), { enabled: true })).rejects.toMatchObject({ code: "forbidden" });
    expect((await loadFallback(account.as(role))).enabled).toBe(false);
    expect(await auditOf(account)).toEqual([]);
  });

  it("of one account leaves the other alone", async () => {
    const [mine, theirs] = [await createTestAccount(database), await createTestAccount(database)];
    await setSmsFallback(mine.as("admin"), { enabled: true });
    expect((await loadFallback(theirs.as("admin"))).enabled).toBe(false);
  });

  it("waits for decisions under way, so that none commits after off has", async () => {
    const account = await createTestAccount(database);
    await setSmsFallback(account.as("admin"), { enabled: true });
    const deciding = await database.sql.connect();
    await deciding.query("BEGIN");
    await deciding.query("SELECT pg_advisory_xact_lock_shared(permission_lock_key($1))", [account.accountId]);
    const off = setSmsFallback(account.as("admin"), { enabled: false });
    const waiting = async (): Promise<boolean> => {
      const { rowCount } = await database.sql.query(
        "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
      );
      return rowCount === 1;
    };
    await expect.poll(waiting).toBe(true);
    expect((await loadFallback(account.as("admin"))).enabled).toBe(true);
    await deciding.query("COMMIT");
    deciding.release();
    await off;
    expect((await loadFallback(account.as("admin"))).enabled).toBe(false);
  });

  it("tells what it did today, by the account's calendar", async () => {
    const account = await createTestAccount(database);
    await writeRollup(database, account, [
      { hour: NOW, kind: "delivered", channel: "sms", step: 1, n: 3, segments: 6, costMicros: 300 },
      { hour: NOW, kind: "failed", channel: "sms", step: 1, n: 1, segments: 2, costMicros: 100, delta: true },
      { hour: NOW, kind: "delivered", channel: "sms", step: 0, n: 50, costMicros: 5_000 },
      { hour: NOW, kind: "double_reach", channel: "whatsapp", n: 1, delta: true },
      { hour: NOW, kind: "fallback_denied", channel: "whatsapp", n: 9, code: "switch_off" },
      { hour: NOW, kind: "fallback_denied", channel: "whatsapp", n: 4, code: "opted_out" },
      { hour: new Date("2026-11-21T23:00:00Z"), kind: "delivered", channel: "sms", step: 1, n: 100, costMicros: 1 },
    ]);
    const { today } = await loadFallback(account.as("admin", { now }));
    expect(today).toEqual({ rescued: 3, costMicros: 400, doubleReaches: 1, deniedBySwitch: 9 });
  });
});

describe("forecastFallback", () => {
  it("says that there is no history yet", async () => {
    const account = await createTestAccount(database);
    const forecast = await forecastFallback(account.as("admin", { now }));
    expect(forecast).toMatchObject({ share: null, segments: null, costMicros: null, wouldFallBack: 0 });
  });

  it("adds those who did fall back to those whom only the switch stopped", async () => {
    const account = await createTestAccount(database);
    const price = { accountId: account.accountId, channel: 3, validFrom: new Date("2026-01-01") };
    await database.db.price.create({ data: { ...price, country: "*", priceMicros: 50_000n } });
    await database.db.price.create({ data: { ...price, country: "AM", priceMicros: 20_000n } });
    await writeRollup(database, account, [
      { hour: NOW, kind: "accepted", channel: "whatsapp", n: 900 },
      { hour: NOW, kind: "accepted", channel: "viber", n: 100, country: "GE" },
      { hour: NOW, kind: "delivered", channel: "sms", step: 1, n: 10, segments: 20 },
      { hour: NOW, kind: "fallback_denied", channel: "whatsapp", n: 40, code: "switch_off" },
      { hour: NOW, kind: "fallback_denied", channel: "viber", n: 10, code: "switch_off", country: "GE" },
      { hour: NOW, kind: "fallback_denied", channel: "whatsapp", n: 70, code: "blocked" },
      { hour: new Date("2026-10-01T00:00:00Z"), kind: "accepted", channel: "whatsapp", n: 5_000 },
    ]);
    const forecast = await forecastFallback(account.as("admin", { now }));
    expect(forecast).toMatchObject({ recipients: 1_000, wouldFallBack: 60, share: 0.06, segments: 120 });
    expect(forecast.costMicros).toBe(50 * 2 * 20_000 + 10 * 2 * 50_000);
  });
});

describe("updateFallbackPolicy", () => {
  const before: FallbackPolicy = {
    waitAuthenticationS: 20,
    waitUtilityS: 60,
    waitMarketingS: 90,
    unknownIsUndelivered: false,
    skipsUnreachable: true,
  };

  it("changes the waits, counts a policy version and says so in the audit log", async () => {
    const account = await createTestAccount(database);
    const next = { ...before, waitMarketingS: 300, unknownIsUndelivered: true };
    await updateFallbackPolicy(account.as("admin"), { ...next, previous: before });
    const state = await loadFallback(account.as("admin"));
    expect(state.policy).toEqual(next);
    expect(state.policyVersion).toBe(2);
    expect((await auditOf(account))[0]).toMatchObject({
      action: "fallback.policy_changed",
      detail: { marketingS: 300 },
    });
  });

  it("gives one of two admins who save at once a conflict", async () => {
    const account = await createTestAccount(database);
    const save = (waitUtilityS: number) =>
      updateFallbackPolicy(account.as("admin"), { ...before, waitUtilityS, previous: before });
    const results = await Promise.allSettled([save(120), save(180)]);
    expect(results.filter((one) => one.status === "rejected")).toMatchObject([{ reason: { code: "conflict" } }]);
    expect(await auditOf(account)).toHaveLength(1);
  });

  it("is for admins only", async () => {
    const account = await createTestAccount(database);
    const save = updateFallbackPolicy(account.as("marketer"), { ...before, previous: before });
    await expect(save).rejects.toMatchObject({ code: "forbidden" });
  });

  it.each([{ waitUtilityS: 9 }, { waitMarketingS: 604_801 }, { waitAuthenticationS: 1.5 }, { waitUtilityS: "soon" }])(
    "refuses %j",
    (wrong) => {
      expect(fallbackPolicyInput.safeParse({ ...before, ...wrong, previous: before }).success).toBe(false);
    },
  );
});

describe("updateAccount", () => {
  const settings = { name: "Ararat", timeZone: "Asia/Yerevan", currency: "AMD", defaultCountry: "AM" };

  it("changes what is given, and audits only what changed", async () => {
    const account = await createTestAccount(database);
    await updateAccount(account.as("admin"), settings);
    await updateAccount(account.as("admin"), settings);
    expect(await loadAccountSettings(account.as("admin"))).toEqual({ ...settings, currencyLocked: false });
    const entries = await auditOf(account);
    expect(entries).toMatchObject([{ detail: { name: "Ararat", timeZone: "Asia/Yerevan", currency: "AMD" } }]);
    expect(entries[0]?.detail).not.toHaveProperty("defaultCountry");
  });

  it("keeps the currency once messages have been priced in it", async () => {
    const account = await createTestAccount(database);
    await writeRollup(database, account, [
      { hour: NOW, kind: "delivered", channel: "sms", n: 1, costMicros: 1, delta: true },
    ]);
    const admin = account.as("admin");
    await expect(updateAccount(admin, settings)).rejects.toMatchObject({ code: "conflict" });
    expect(await loadAccountSettings(admin)).toMatchObject({ currency: "EUR", currencyLocked: true });
    await updateAccount(admin, { ...settings, currency: "EUR" });
    expect(await loadAccountSettings(admin)).toMatchObject({ name: "Ararat", currency: "EUR" });
  });

  it("is for admins only, to read and to write", async () => {
    const account = await createTestAccount(database);
    await expect(updateAccount(account.as("developer"), settings)).rejects.toMatchObject({ code: "forbidden" });
    await expect(loadAccountSettings(account.as("marketer"))).rejects.toMatchObject({ code: "forbidden" });
  });

  it.each([
    { name: "" },
    { name: "x".repeat(121) },
    { name: "a\u0000b" },
    { timeZone: "Mars/Olympus" },
    { timeZone: "+04:00" },
    { currency: "XXY" },
    { currency: "eur" },
    { defaultCountry: "ZZ" },
    { defaultCountry: "__proto__" },
  ])("refuses %j", (wrong) => {
    expect(accountSettingsInput.safeParse({ ...settings, ...wrong }).success).toBe(false);
  });
});

describe("prices", () => {
  const price = (input: Partial<Record<keyof typeof BASE, string>>) => priceInput.parse({ ...BASE, ...input });
  const BASE = { channel: "sms", country: "AM", price: "0.0275", validFrom: "2026-11-22" };

  it("take over from the day they begin, and what was before stays as history", async () => {
    const account = await createTestAccount(database);
    const past = { accountId: account.accountId, channel: 3, country: "AM", validFrom: new Date("2026-01-01") };
    await database.db.price.create({ data: { ...past, priceMicros: 25_000n } });
    const admin = account.as("admin", { now });
    await addPrice(admin, price({}));
    await addPrice(admin, price({ price: "0,03", validFrom: "2026-12-01" }));
    const { prices, today } = await listPrices(admin);
    expect(today).toBe("2026-11-22");
    expect(prices.map((one) => [one.state, one.priceMicros, one.validFrom])).toEqual([
      ["future", 30_000, "2026-12-01T00:00:00.000Z"],
      ["current", 27_500, NOW.toISOString()],
      ["replaced", 25_000, "2026-01-01T00:00:00.000Z"],
    ]);
  });

  it("cannot begin in the past, nor replace one that begins at the same moment", async () => {
    const account = await createTestAccount(database);
    const admin = account.as("admin", { now });
    await expect(addPrice(admin, price({ validFrom: "2026-11-21" }))).rejects.toMatchObject({ code: "invalid_input" });
    const add = () => addPrice(admin, price({ validFrom: "2026-12-01" }));
    const results = await Promise.allSettled([add(), add()]);
    expect(results.filter((one) => one.status === "rejected")).toMatchObject([{ reason: { code: "conflict" } }]);
    expect((await listPrices(admin)).prices).toHaveLength(1);
  });

  it("are an admin's, and of one account only", async () => {
    const [mine, theirs] = [await createTestAccount(database), await createTestAccount(database)];
    await expect(addPrice(mine.as("support", { now }), price({}))).rejects.toMatchObject({ code: "forbidden" });
    await addPrice(mine.as("admin", { now }), price({}));
    expect((await listPrices(theirs.as("admin"))).prices).toEqual([]);
  });

  it.each([
    { price: "-1" },
    { price: "1e9" },
    { price: "0.0000001" },
    { price: "9".repeat(50) },
    { country: "Armenia" },
    { validFrom: "2026-02-31" },
  ])("refuse %j", (wrong) => {
    expect(priceInput.safeParse({ ...BASE, ...wrong }).success).toBe(false);
  });
});

describe("the audit log", () => {
  it("pages from the newest back without a gap", async () => {
    const account = await createTestAccount(database);
    const admin = account.as("admin");
    for (let i = 0; i < AUDIT_PAGE_SIZE + 2; i += 1) await setSmsFallback(admin, { enabled: i % 2 === 0 });
    const first = await listAudit(admin, {});
    const second = await listAudit(admin, { before: first.olderBefore ?? 0 });
    const seqs = [...first.entries, ...second.entries].map((entry) => entry.seq);
    expect(seqs).toEqual(Array.from({ length: AUDIT_PAGE_SIZE + 2 }, (_, i) => AUDIT_PAGE_SIZE + 2 - i));
    expect(second.olderBefore).toBeNull();
    await expect(listAudit(account.as("marketer"), {})).rejects.toMatchObject({ code: "forbidden" });
    expect(auditPageInput.safeParse({ before: "-1; DROP" }).success).toBe(false);
  });

  it("is whole until somebody changes a row behind its back, and then says which", async () => {
    const account = await createTestAccount(database);
    const admin = account.as("admin");
    for (const enabled of [true, false, true]) await setSmsFallback(admin, { enabled });
    expect(await verifyAudit(admin)).toEqual({ ok: true, entries: 3 });
    await database.sql.query("ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_immutable");
    await database.sql.query("UPDATE audit_entry SET actor_name = 'Nobody' WHERE account_id = $1 AND seq = 2", [
      account.accountId,
    ]);
    expect(await verifyAudit(admin)).toEqual({ ok: false, entries: 1, brokenAt: 2 });
    await database.sql.query("DELETE FROM audit_entry WHERE account_id = $1 AND seq = 1", [account.accountId]);
    expect(await verifyAudit(admin)).toEqual({ ok: false, entries: 0, brokenAt: 1 });
    await database.sql.query("ALTER TABLE audit_entry ENABLE TRIGGER audit_entry_immutable");
  });
});
