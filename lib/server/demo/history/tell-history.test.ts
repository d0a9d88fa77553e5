import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { parseSmppReceipt } from "@/lib/carriers/smpp/parse-receipt";
import { parseViberWebhook } from "@/lib/carriers/viber/parse-webhook";
import { parseWhatsAppWebhook } from "@/lib/carriers/whatsapp/parse-webhook";
import { foldOutcome, foldReceipt, type AttemptState, type ReceiptEvidence } from "@/lib/domain/dispatch/attempt-state";
import { parseReference, queuedAtMs, shardOfMessage } from "@/lib/domain/dispatch/attempt-reference";
import { normalisePhone } from "@/lib/domain/phone/normalise-phone";
import { checkTemplateContent } from "@/lib/domain/template/check-content";
import type { AttemptRow } from "../../dispatch/attempt-rows";
import { DEMO_PRICES } from "../demo-accounts";
import type { Life, LifeReceipt } from "./live-message";
import type { HistoryAccount } from "./story";
import { tellHistory, type History } from "./tell-history";

const person = (n: number) => ({ id: `00000000-0000-4000-8000-00000000000${n}`, name: `Person ${n}` });
const account: HistoryAccount = {
  accountId: "11111111-1111-4111-8111-111111111125",
  shard: 37,
  people: { admin: person(1), marketer: person(2), developer: person(3) },
  connections: { whatsapp: person(4).id, viber: person(5).id, sms: person(6).id },
  prices: DEMO_PRICES.map((price) => ({ ...price, validFrom: 0 })),
};
const now = new Date("2026-11-22T15:41:07.123Z");
const options = { seed: "kamurj", now, scale: 0.12, imagesUrl: "https://example.com/demo" };
const told: Promise<History> = tellHistory(account, options);

function hash(history: History): string {
  const { clock, ...rest } = history;
  return createHash("sha256")
    .update(JSON.stringify({ ...rest, until: clock.untilMs }))
    .digest("hex");
}

const attemptsOf = (history: History): AttemptRow[] => history.lives.flatMap((life) => life.attempts);

describe("the demo's history", { timeout: 60_000 }, () => {
  it("is the same for the same seed and moment, and another for another seed", async () => {
    const first = hash(await told);
    expect(hash(await tellHistory(account, options))).toBe(first);
    expect(hash(await tellHistory(account, { ...options, seed: "other" }))).not.toBe(first);
  });

  it("only adds to the day when told later on the same day", async () => {
    const later = await tellHistory(account, { ...options, now: new Date(now.getTime() + 3_600_000) });
    const first = await told;
    const ids = new Set(later.messages.map(({ id }) => id));
    expect(first.messages.filter(({ id }) => !ids.has(id))).toEqual([]);
    expect(later.messages.length).toBeGreaterThan(first.messages.length);
  });

  it("has every attempt stand where the fold of its evidence puts it, in whatever order that came", async () => {
    const history = await told;
    expect(attemptsOf(history).length).toBeGreaterThan(4_000);
    for (const life of history.lives) {
      for (const attempt of life.attempts) {
        const own = life.receipts.filter((receipt) => receipt.step === attempt.step);
        const folded = refold(attempt, own.toReversed());
        expect(pickState(attempt)).toEqual(folded);
      }
    }
  });

  it("bills SMS by the segment once taken, WhatsApp and Viber once delivered", async () => {
    for (const { channel, country, segments, parts, status, priceMicros } of attemptsOf(await told)) {
      const price = DEMO_PRICES.find((one) => one.channel === channel && one.country === country);
      expect(priceMicros).toBe((price ?? DEMO_PRICES.find((one) => one.channel === channel))?.priceMicros);
      expect(segments).toBe(channel === "sms" && status !== "unknown" ? parts : 0);
    }
  });

  it("gives each later step its permission, and each permission its step", async () => {
    const history = await told;
    for (const { attempts, decisions, skips } of history.lives) {
      const taken = [...attempts, ...skips].map(({ step }) => step);
      const expected = [0, ...decisions.filter(({ allowed }) => allowed).map(({ step }) => step + 1)];
      expect(taken.toSorted()).toEqual(expected.toSorted());
      expect(new Set(decisions.map(({ step }) => step)).size).toBe(decisions.length);
    }
    const decisions = history.lives.flatMap((life) => life.decisions);
    const reasons = decisions.map(({ denial, trigger }) => denial ?? trigger);
    const usual = ["silence", "failure", "switch_off", "campaign_off", "opted_out", "campaign_cancelled"];
    expect(usual.filter((reason) => !reasons.includes(reason))).toEqual([]);
  });

  it("decides nothing after a delivery was known, and nothing for silence before the wait was over", async () => {
    for (const life of (await told).lives) {
      for (const decision of life.decisions) {
        expect(deliveriesBefore(life, decision.decidedAtMs)).toEqual([]);
        expect(decision.decidedAtMs).toBeGreaterThanOrEqual(decision.dueAtMs);
      }
    }
  });

  it("lies in the past, in this account's shard, with ids that name their moment", async () => {
    const { lives, messages, suppressions } = await told;
    const moments = lives.flatMap((life) => [
      ...life.attempts.map((attempt) => attempt.sentAtMs),
      ...life.receipts.map((receipt) => receipt.receivedAtMs),
      ...life.decisions.map((decision) => decision.decidedAtMs),
    ]);
    const latest = [...moments, ...suppressions.map(({ atMs }) => atMs)].reduce((a, b) => Math.max(a, b), 0);
    expect(latest).toBeLessThan(now.getTime());
    expect(new Set(messages.map(({ id }) => id)).size).toBe(messages.length);
    for (const { id, queuedAtMs: atMs } of messages) {
      expect([shardOfMessage(id), queuedAtMs(id)]).toEqual([account.shard, atMs]);
    }
  });

  it("sends no more advertising to anyone who had said no", async () => {
    const { campaigns, lives, messages, suppressions } = await told;
    const saidNo = new Map(suppressions.map(({ e164, atMs }) => [e164, atMs]));
    const marketing = new Set(campaigns.filter(({ category }) => category === "marketing").map(({ id }) => id));
    const numbers = new Map(messages.map(({ id, e164 }) => [id, e164]));
    expect(saidNo.size).toBeGreaterThan(0);
    for (const attempt of lives.flatMap((life) => life.attempts)) {
      if (attempt.campaignId === null || !marketing.has(attempt.campaignId)) continue;
      const atMs = saidNo.get(numbers.get(attempt.messageId) ?? "") ?? Number.POSITIVE_INFINITY;
      expect(attempt.sentAtMs).toBeLessThanOrEqual(atMs);
    }
  });

  it("keeps receipts that the connectors read as what they are", async () => {
    const receipts = (await told).lives.flatMap((life) => life.receipts.map((receipt) => ({ receipt, life })));
    for (const { receipt, life } of receipts.filter((_, i) => i % 7 === 0)) {
      const channel = life.attempts.find((attempt) => attempt.step === receipt.step)?.channel;
      const parsed = parseRaw(channel, receipt.raw);
      const { kind, carrierId, code, carrierAtMs } = receipt;
      expect(parsed).toMatchObject({ kind, carrierId, code, carrierTimeMs: carrierAtMs });
      if (channel !== "whatsapp") continue;
      expect(parseReference(parsed?.reference ?? null)).toMatchObject({
        messageId: receipt.messageId,
        step: receipt.step,
      });
    }
  });

  it("writes to mobile numbers only, in three scripts, most of them Armenian", async () => {
    const { contacts, imports } = await told;
    expect(contacts.every(({ e164 }) => normalisePhone(e164, "AM").ok)).toBe(true);
    const armenian = contacts.filter(({ country }) => country === "AM").length / contacts.length;
    expect(armenian).toBeGreaterThan(0.7);
    expect(armenian).toBeLessThan(0.95);
    for (const script of ["Armenian", "Cyrillic", "Latin"]) {
      const found = contacts.filter(({ name }) => new RegExp(`\\p{Script=${script}}`, "u").test(name ?? ""));
      expect(found.length).toBeGreaterThan(10);
    }
    for (const one of imports) {
      expect(one.imported + one.updated + one.issues.length).toBe(one.totalRows);
    }
  });

  it("has templates that every carrier would take", async () => {
    for (const { content } of (await told).templates) expect(checkTemplateContent(content)).toEqual([]);
  });
});

function refold(attempt: AttemptRow, receipts: readonly LifeReceipt[]): Partial<AttemptState> {
  const isNo = attempt.carrierId === null;
  const status = !isNo ? "accepted" : attempt.status === "unknown" ? "unknown" : "refused";
  const outcome = foldOutcome(null, {
    ...{ status, parts: attempt.parts, atMs: attempt.outcomeAtMs ?? 0, carrierId: attempt.carrierId },
    code: isNo ? attempt.errorCode : null,
  });
  const folded = receipts.reduce<AttemptState>(
    (state, { kind, part, carrierAtMs, code, carrierId }) =>
      foldReceipt(state, { kind: kind as ReceiptEvidence["kind"], part, atMs: carrierAtMs, code, carrierId }),
    outcome,
  );
  return pickState(folded);
}

function pickState(state: AttemptState): Partial<AttemptState> {
  const { status, negative, parts, partsDelivered, partsFailed, deliveredAtMs, readAtMs, failedAtMs, errorCode } =
    state;
  return { status, negative, parts, partsDelivered, partsFailed, deliveredAtMs, readAtMs, failedAtMs, errorCode };
}

/** Receipts of whole deliveries; of one part among several says nothing yet. */
function deliveriesBefore(life: Life, atMs: number): readonly LifeReceipt[] {
  return life.receipts.filter(({ kind, receivedAtMs, step }) => {
    const isWhole = life.attempts.find((attempt) => attempt.step === step)?.parts === 1;
    return isWhole && (kind === "delivered" || kind === "read") && receivedAtMs < atMs;
  });
}

function parseRaw(channel: string | undefined, raw: string) {
  if (channel === "sms") {
    const fields = { text: raw, receiptedMessageId: null, messageState: null, networkErrorCode: null };
    return parseSmppReceipt(fields, "decimal", 0);
  }
  if (channel === "viber") return parseViberWebhook(raw).receipts[0];
  const value = { metadata: { phone_number_id: "1" }, statuses: [JSON.parse(raw)] };
  const body = JSON.stringify({ entry: [{ id: "1", changes: [{ field: "messages", value }] }] });
  return parseWhatsAppWebhook(body).receipts[0];
}
