import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ATTEMPT_STATUSES } from "../vocabulary";
import { buildTimeline, deliveredBy, type ReceiptEntry } from "./build-timeline";
import {
  RECEIPT_KINDS,
  type AttemptFact,
  type DecisionFact,
  type MessageFacts,
  type ReceiptFact,
} from "./message-facts";

const T0 = Date.UTC(2026, 10, 22, 9, 0, 0);

const attempt = (over: Partial<AttemptFact> = {}): AttemptFact => ({
  step: 0,
  try: 0,
  status: "accepted",
  channel: "viber",
  negative: false,
  doubleReach: false,
  parts: 1,
  segments: 0,
  connectionName: "Viber",
  priceMicros: 0,
  costMicros: 0,
  sentAtMs: T0,
  outcomeAtMs: T0 + 40,
  deliveredAtMs: null,
  readAtMs: null,
  failedAtMs: null,
  errorCode: null,
  carrierId: "5741",
  detail: null,
  ...over,
});

const receipt = (over: Partial<ReceiptFact> = {}): ReceiptFact => ({
  step: 0,
  try: 0,
  kind: "delivered",
  part: 0,
  carrierAtMs: null,
  receivedAtMs: T0 + 1_000,
  code: null,
  raw: null,
  ...over,
});

const decision = (over: Partial<DecisionFact> = {}): DecisionFact => ({
  step: 0,
  allowed: true,
  trigger: "silence",
  denial: null,
  errorCode: null,
  policyVersion: 1,
  policySource: "account",
  waitS: 90,
  dueAtMs: T0 + 90_000,
  receiptLagMs: 400,
  decidedAtMs: T0 + 90_400,
  ...over,
});

const facts = (over: Partial<MessageFacts> = {}): MessageFacts => ({
  id: "1",
  queuedAtMs: T0 - 200,
  e164: "+37477169083",
  route: "viber-sms",
  category: "marketing",
  fallbackMode: "inherit",
  waitS: 90,
  campaign: null,
  attempts: [],
  receipts: [],
  decisions: [],
  skipped: [],
  timers: [],
  pending: [],
  ...over,
});

const story = facts({
  attempts: [
    attempt({ status: "failed", negative: true, failedAtMs: T0 + 96_000 }),
    attempt({
      step: 1,
      channel: "sms",
      status: "delivered",
      parts: 2,
      segments: 2,
      sentAtMs: T0 + 90_600,
      outcomeAtMs: T0 + 90_650,
      deliveredAtMs: T0 + 94_000,
    }),
  ],
  receipts: [
    receipt({ kind: "expired", receivedAtMs: T0 + 96_000 }),
    receipt({ step: 1, part: 0, receivedAtMs: T0 + 94_000 }),
    receipt({ step: 1, part: 1, receivedAtMs: T0 + 94_100 }),
  ],
  decisions: [decision()],
});

describe("the timeline of a message", () => {
  it("tells the story of a fallback in the order in which it was known", () => {
    expect(buildTimeline(story).map((entry) => [entry.kind, entry.channel])).toEqual([
      ["queued", null],
      ["outcome", "viber"],
      ["decision", "viber"],
      ["outcome", "sms"],
      ["receipt", "sms"],
      ["receipt", "sms"],
      ["receipt", "viber"],
    ]);
    const receipts = buildTimeline(story).filter((entry): entry is ReceiptEntry => entry.kind === "receipt");
    expect(receipts.map(({ part, parts, note }) => [part, parts, note])).toEqual([
      [1, 2, null],
      [2, 2, null],
      [1, 1, "after_fallback"],
    ]);
    expect(deliveredBy(story.attempts)).toBe("sms");
  });

  it("puts a receipt that beat the answer to the send before it", () => {
    const early = facts({
      attempts: [attempt({ status: "delivered" })],
      receipts: [receipt({ receivedAtMs: T0 + 10 })],
    });
    expect(buildTimeline(early).map((entry) => entry.kind)).toEqual(["queued", "receipt", "outcome"]);
  });

  it("calls a delivery after the next channel was used a double reach", () => {
    const late = facts({
      attempts: [
        attempt({ status: "delivered", doubleReach: true }),
        attempt({ step: 1, channel: "sms", sentAtMs: T0 + 91_000 }),
      ],
      receipts: [receipt({ receivedAtMs: T0 + 120_000 })],
      decisions: [decision()],
    });
    expect(buildTimeline(late).at(-1)).toMatchObject({ kind: "receipt", note: "double_reach" });
  });

  it("shows both words of a carrier that contradicts itself", () => {
    const both = facts({
      attempts: [attempt({ status: "delivered", negative: true })],
      receipts: [receipt({ kind: "failed", receivedAtMs: T0 + 500 }), receipt({ receivedAtMs: T0 + 900 })],
    });
    expect(buildTimeline(both).at(-1)).toMatchObject({ receipt: "delivered", note: "contradiction" });
  });

  it("falls back on what the attempt remembers when no receipt is kept", () => {
    const kept = facts({ attempts: [attempt({ status: "read", deliveredAtMs: T0 + 1_000, readAtMs: T0 + 2_000 })] });
    const receipts = buildTimeline(kept).filter((entry) => entry.kind === "receipt");
    expect(receipts).toMatchObject([{ receipt: "delivered" }, { receipt: "read" }]);
    const refused = facts({
      attempts: [attempt({ status: "refused", carrierId: null, failedAtMs: T0 + 40, errorCode: "131026" })],
    });
    expect(buildTimeline(refused)).toMatchObject([{ kind: "queued" }, { kind: "outcome", outcome: "refused" }]);
  });

  it("shows a wait only as long as its question is open", () => {
    const timers = [{ step: 0, trigger: "silence" as const, waitS: 90, dueAtMs: T0 + 90_000, held: false }];
    expect(buildTimeline(facts({ attempts: [attempt()], timers })).at(-1)).toMatchObject({
      kind: "waiting",
      next: "sms",
    });
    expect(buildTimeline(facts({ attempts: [attempt({ status: "delivered" })], timers })).at(-1)?.kind).toBe("outcome");
    expect(buildTimeline(facts({ attempts: [attempt()], timers, decisions: [decision()] })).at(-1)?.kind).toBe(
      "decision",
    );
  });

  it("is in order, has unique keys and leaves nothing out, whatever the facts and their order", () => {
    const step = fc.integer({ min: 0, max: 1 });
    const anyReceipt = fc.record({
      step,
      kind: fc.constantFrom(...RECEIPT_KINDS),
      part: fc.integer({ min: 0, max: 2 }),
      receivedAtMs: fc.integer({ min: T0 - 5, max: T0 + 100 }),
    });
    const keyOf = (one: { step: number; kind: string; part: number; receivedAtMs: number }) =>
      Object.values(one).join(".");
    fc.assert(
      fc.property(
        fc.uniqueArray(anyReceipt, { selector: keyOf, maxLength: 12 }),
        fc.constantFrom(...ATTEMPT_STATUSES),
        fc.boolean(),
        (some, status, decided) => {
          const receipts = some.map((one) => receipt(one));
          const base = {
            attempts: [attempt({ status }), attempt({ step: 1, channel: "sms", parts: 3 })],
            decisions: decided ? [decision({ decidedAtMs: T0 + 50 })] : [],
          };
          const timeline = buildTimeline(facts({ ...base, receipts }));
          expect(timeline.map((entry) => entry.atMs)).toEqual(
            timeline.map((entry) => entry.atMs).sort((a, b) => a - b),
          );
          expect(new Set(timeline.map((entry) => entry.key)).size).toBe(timeline.length);
          expect(timeline).toHaveLength(3 + receipts.length + base.decisions.length);
          expect(
            buildTimeline(facts({ ...base, receipts: [...receipts].reverse() })).map((entry) => entry.key),
          ).toEqual(timeline.map((entry) => entry.key));
        },
      ),
    );
  });
});
