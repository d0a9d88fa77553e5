import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createTestAccount, useTestDatabase } from "../../../tests/int/harness";
import { countAudience } from "../audiences/count-audience";
import { generateRows, importFile } from "../audiences/import.fixture";
import { listAudienceContacts } from "../audiences/list-audience-contacts";
import { inTransaction } from "../db/pool";
import { receiveInbound } from "../dispatch/receive-inbound";
import { rememberUnreachable } from "../reachability/remember-unreachable";
import { forgetUnreachable } from "./forget-unreachable";
import { getContact } from "./get-contact";
import { liftSuppression } from "./lift-suppression";
import { suppressContact } from "./suppress-contact";

const database = useTestDatabase();
const everything = { channel: null, category: null, note: "Asked on the phone" } as const;

async function accountWithPeople() {
  const account = await createTestAccount(database);
  const ctx = account.as("marketer");
  const { audienceId } = await importFile(ctx, generateRows(5));
  const [contact] = (await listAudienceContacts(ctx, { audienceId, search: "000003" })).contacts;
  if (contact === undefined) throw new Error("The search finds the contact.");
  return { account, ctx, audienceId, contact };
}

describe("opting out by hand", () => {
  it("is recorded with who and why, and counts in the audience", async () => {
    const { ctx, audienceId, contact } = await accountWithPeople();
    await suppressContact(ctx, { contactId: contact.id, ...everything, channel: "sms", category: "marketing" });
    const detail = await getContact(ctx, contact.id);
    expect(detail.suppressions).toMatchObject([
      { channel: "sms", category: "marketing", reason: "manual", liftedAt: null },
    ]);
    expect(detail.suppressions[0]?.evidence).toEqual([
      { key: "note", value: "Asked on the phone" },
      { key: "recorded_by", value: "Test marketer" },
    ]);
    expect(detail.audiences).toHaveLength(1);
    expect(await countAudience(ctx, audienceId)).toEqual({ people: 5, optedOut: 1 });
  });

  it("takes one of two at once", async () => {
    const { ctx, contact } = await accountWithPeople();
    const results = await Promise.allSettled([
      suppressContact(ctx, { contactId: contact.id, ...everything }),
      suppressContact(ctx, { contactId: contact.id, ...everything }),
    ]);
    expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  });

  it("waits for a send that has taken its permission, so that none starts after it has committed", async () => {
    const { ctx, contact } = await accountWithPeople();
    const order: string[] = [];
    const [written, mayCommit] = [openGate(), openGate()];
    const intent = inTransaction(ctx.sql, async (sql) => {
      await sql.query("SELECT pg_advisory_xact_lock_shared(permission_lock_key($1))", [ctx.accountId]);
      written.open();
      await mayCommit.opened;
      order.push("intent");
    });
    await written.opened;
    const optOut = suppressContact(ctx, { contactId: contact.id, ...everything }).then(() => order.push("opt-out"));
    await waitUntilBlocked();
    mayCommit.open();
    await Promise.all([intent, optOut]);
    expect(order).toEqual(["intent", "opt-out"]);
  });

  it("is lifted with a reason, once, and can be made anew; the old one stays as evidence", async () => {
    const { account, ctx, audienceId, contact } = await accountWithPeople();
    const { suppressionId } = await suppressContact(ctx, { contactId: contact.id, ...everything });
    const support = account.as("support");
    const lift = () => liftSuppression(support, { suppressionId, reason: "Asked to be written to again" });
    const results = await Promise.allSettled([lift(), lift()]);
    expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(await countAudience(ctx, audienceId)).toMatchObject({ optedOut: 0 });
    await suppressContact(ctx, { contactId: contact.id, ...everything });
    expect((await getContact(ctx, contact.id)).suppressions).toMatchObject([
      { liftedAt: null },
      { liftedReason: "Asked to be written to again", liftedBy: "Test support" },
    ]);
  });

  it("is for those who may write audiences of their own account", async () => {
    const { account, ctx, contact } = await accountWithPeople();
    const other = (await createTestAccount(database)).as("admin");
    const { suppressionId } = await suppressContact(ctx, { contactId: contact.id, ...everything });
    const optOut = { contactId: contact.id, ...everything };
    const lift = { suppressionId, reason: "because" };
    await expect(suppressContact(account.as("support"), optOut)).rejects.toMatchObject({ code: "forbidden" });
    await expect(liftSuppression(ctx, lift)).rejects.toMatchObject({ code: "forbidden" });
    await expect(liftSuppression(account.as("developer"), lift)).rejects.toMatchObject({ code: "forbidden" });
    await expect(getContact(account.as("developer"), contact.id)).rejects.toMatchObject({ code: "forbidden" });
    await expect(suppressContact(other, optOut)).rejects.toMatchObject({ code: "not_found" });
    await expect(liftSuppression(other, lift)).rejects.toMatchObject({ code: "not_found" });
    await expect(getContact(other, contact.id)).rejects.toMatchObject({ code: "not_found" });
    await expect(getContact(ctx, randomUUID())).rejects.toMatchObject({ code: "not_found" });
  });
});

async function waitUntilBlocked(): Promise<void> {
  for (;;) {
    const { rowCount } = await database.sql.query(
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'advisory'`,
    );
    if ((rowCount ?? 0) > 0) return;
  }
}

/** A promise that another place resolves. */
function openGate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

describe("what is remembered against a channel", () => {
  const unknownOn = (accountId: string, e164: string) =>
    rememberUnreachable(database.sql, accountId, [
      { e164, country: "AM", channel: "whatsapp", code: "131026", atMs: Date.now() },
    ]);

  it("is shown with its dates, and forgotten once", async () => {
    const { account, ctx, contact } = await accountWithPeople();
    await unknownOn(account.accountId, contact.e164);
    const [whatsapp, viber] = (await getContact(ctx, contact.id)).reachability;
    expect(whatsapp).toMatchObject({ channel: "whatsapp", isSkipped: true, unknownThere: { code: "131026" } });
    expect(viber).toEqual({ channel: "viber", isSkipped: false, deliveredAt: null, unknownThere: null });
    const forget = () => forgetUnreachable(ctx, { contactId: contact.id, channel: "whatsapp" });
    const results = await Promise.allSettled([forget(), forget()]);
    expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect((await getContact(ctx, contact.id)).reachability[0]).toMatchObject({ isSkipped: false, unknownThere: null });
  });

  it("is forgotten by those who may write audiences of their own account", async () => {
    const { account, contact } = await accountWithPeople();
    await unknownOn(account.accountId, contact.e164);
    const input = { contactId: contact.id, channel: "whatsapp" } as const;
    const other = (await createTestAccount(database)).as("admin");
    await expect(forgetUnreachable(account.as("support"), input)).rejects.toMatchObject({ code: "forbidden" });
    await expect(forgetUnreachable(other, input)).rejects.toMatchObject({ code: "not_found" });
    await expect(forgetUnreachable(account.as("admin"), { ...input, channel: "viber" })).rejects.toMatchObject({
      code: "conflict",
    });
  });
});

describe("what a person wrote", () => {
  it("stands on the contact word for word, a wish to be written to again too, which lifts nothing", async () => {
    const { account, ctx, contact } = await accountWithPeople();
    const from = { id: randomUUID(), accountId: account.accountId, channel: "sms" } as const;
    for (const text of ["Stop.", "Start"]) {
      await receiveInbound(database.sql, from, [{ from: contact.e164, text, carrierId: "", carrierTimeMs: null }]);
    }
    const detail = await getContact(ctx, contact.id);
    expect(detail.consents).toMatchObject([
      { wish: "start", text: "Start", channel: "sms" },
      { wish: "stop", text: "Stop.", channel: "sms" },
    ]);
    expect(detail.suppressions).toMatchObject([{ reason: "stop", category: "marketing", liftedAt: null }]);
    expect(detail.suppressions[0]?.evidence).toContainEqual({ key: "text", value: "Stop." });
  });
});
