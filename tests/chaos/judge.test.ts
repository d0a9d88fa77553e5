import { describe, expect, it } from "vitest";
import { ATTEMPT_STATUS_CODE } from "../../lib/domain/vocabulary";
import type { LedgerEntry } from "../../scripts/compare-ledger";
import { judge, receiptKey, type JudgedAttempt, type Story } from "./judge";
import type { FaultRecord } from "./run-faults";

const ani = "+37477000101";
const narek = "+37477000102";
const leaseMs = 8_000;
/** A moment long after the beginning of time. */
const T = 1_000_000;

function entry(over: Partial<LedgerEntry>): LedgerEntry {
  return {
    ...{ seq: 1, channel: "whatsapp", connectionId: "1", carrierId: "w1", receiptId: "w1", to: ani },
    ...{ reference: null, part: null, receipts: [] },
    ...over,
  };
}

function unknown(over: Partial<JudgedAttempt>): JudgedAttempt {
  return {
    ...{ messageId: "1", e164: ani, channel: "whatsapp", status: ATTEMPT_STATUS_CODE.unknown, errorCode: "timeout" },
    ...{ sentAtMs: T, outcomeAtMs: T + 2_000 },
    ...over,
  };
}

function story(over: Partial<Story>): Story {
  return {
    messages: [
      { id: "1", e164: ani, category: "marketing" },
      { id: "2", e164: narek, category: "utility" },
    ],
    ...{ attempts: [], decisions: [], entries: [], kept: new Set(), takeovers: [], faults: [], leaseMs },
    scenarioOf: () => "delivered",
    ...over,
  };
}

function fault(record: FaultRecord["fault"], fromMs: number, untilMs = fromMs + 1_000): FaultRecord {
  return { fault: record, name: record.kind, fromMs, untilMs };
}

describe("duplicates", () => {
  it("of a channel are found, each under its category", () => {
    const entries = [entry({}), entry({ seq: 2 }), entry({ seq: 3, to: narek }), entry({ seq: 4, to: narek })];
    const { duplicates } = judge(story({ entries }));
    expect(duplicates).toEqual({
      marketing: [`whatsapp ${ani} part 1: 2`],
      utility: [`whatsapp ${narek} part 1: 2`],
      authentication: [],
    });
  });

  it("are not the parts of one SMS; the same part again is one", () => {
    const part = (seq: number, sequence: number): LedgerEntry =>
      entry({ seq, channel: "sms", part: { total: 2, sequence } });
    expect(judge(story({ entries: [part(1, 1), part(2, 2)] })).duplicates.marketing).toEqual([]);
    expect(judge(story({ entries: [part(1, 1), part(2, 2), part(3, 2)] })).duplicates.marketing).toHaveLength(1);
  });
});

describe("a message taken on a second channel", () => {
  const entries = [entry({}), entry({ seq: 2, channel: "sms" })];

  it("is right when a decision allowed it, and is counted by what it was made on", () => {
    const decisions = [{ messageId: "1", allowed: true, trigger: "silence" as const }];
    const verdict = judge(story({ entries, decisions }));
    expect(verdict.secondChannels).toEqual({ "marketing after silence": 1 });
    expect(verdict.forbiddenSecondChannels).toEqual([]);
  });

  it("is reported when no decision allowed it", () => {
    const decisions = [{ messageId: "1", allowed: false, trigger: "silence" as const }];
    expect(judge(story({ entries, decisions })).forbiddenSecondChannels).toEqual([`${ani}: no decision`]);
  });

  it("is reported for marketing after an unknown outcome, and allowed for the other categories", () => {
    const both = [...entries, entry({ seq: 3, to: narek }), entry({ seq: 4, to: narek, channel: "sms" })];
    const decisions = ["1", "2"].map((messageId) => ({ messageId, allowed: true, trigger: "unknown" as const }));
    expect(judge(story({ entries: both, decisions })).forbiddenSecondChannels).toEqual([
      `${ani}: marketing after unknown`,
    ]);
  });
});

describe("an unknown outcome of a worker that died", () => {
  const attempts = [unknown({ errorCode: "worker_died" })];
  const takeover = { atMs: T + 9_000, blockId: "9", leaseUntilMs: T + 8_500, inFlight: ["1"] };
  const killed = fault({ kind: "kill_worker", worker: 0, lastMs: 0 }, T + 3_000);

  it("is explained by the message having been in flight when its block was taken over after a kill", () => {
    const verdict = judge(story({ attempts, takeovers: [takeover], faults: [killed] }));
    expect(verdict.unknownBy).toEqual({ "worker_died: kill_worker": 1 });
    expect(verdict.unexplained).toEqual([]);
  });

  it("is not when it had not been in flight, nothing was killed in that lease, or the fault was of another kind", () => {
    const other = { ...takeover, inFlight: ["2"] };
    const early = fault({ kind: "kill_worker", worker: 0, lastMs: 0 }, T - 20_000);
    const wire = fault({ kind: "network", link: "smpp", effect: "stall", lastMs: 0, share: 0 }, T + 3_000);
    for (const facts of [
      { takeovers: [other], faults: [killed] },
      { takeovers: [], faults: [killed] },
      { takeovers: [takeover], faults: [] },
      { takeovers: [takeover], faults: [early] },
      { takeovers: [takeover], faults: [wire] },
    ]) {
      expect(judge(story({ attempts, ...facts })).unexplained).toHaveLength(1);
    }
  });
});

describe("an unknown outcome on the wire", () => {
  const network = (link: "http" | "smpp" | "webhooks", fromMs: number): FaultRecord =>
    fault({ kind: "network", link, effect: "stall", lastMs: 1_000, share: 0 }, fromMs);

  it("is explained by a fault of that channel's wire while it was out", () => {
    const verdict = judge(story({ attempts: [unknown({})], faults: [network("http", T + 500)] }));
    expect(verdict.unexplained).toEqual([]);
  });

  it("is not by one of another wire, or one at another time", () => {
    for (const faults of [[network("smpp", T)], [network("http", T - 9_000)], [network("http", T + 9_000)], []]) {
      expect(judge(story({ attempts: [unknown({})], faults })).unexplained).toHaveLength(1);
    }
  });

  it("is explained by what the carrier does to that number", () => {
    const verdict = judge(story({ attempts: [unknown({})], scenarioOf: () => "error_500" }));
    expect(verdict.unknownBy).toEqual({ "timeout: the carrier's scenario error_500": 1 });
  });

  it("of a carrier that waits for its receipt to be taken is explained by whoever takes them being away", () => {
    const facts = { attempts: [unknown({})], faults: [network("webhooks", T + 500)] };
    expect(judge(story(facts)).unexplained).toHaveLength(1);
    expect(judge(story({ ...facts, scenarioOf: () => "receipt_before_response" })).unexplained).toEqual([]);
  });

  it("of such a carrier is explained by the rest it takes after such a fault too, and by nothing earlier", () => {
    const after = (ms: number) => ({ attempts: [unknown({})], faults: [network("webhooks", T - 1_000 - ms)] });
    const waits = { scenarioOf: () => "receipt_before_response" };
    expect(judge(story({ ...after(9_000), ...waits })).unexplained).toEqual([]);
    expect(judge(story({ ...after(20_000), ...waits })).unexplained).toHaveLength(1);
    expect(judge(story(after(9_000))).unexplained).toHaveLength(1);
  });
});

describe("a receipt that the carrier was told is taken", () => {
  const receipts = [
    { kind: "sent", acknowledged: true },
    { kind: "delivered", acknowledged: true },
    { kind: "read", acknowledged: false },
  ];

  it("is lost if it is neither with its attempt nor in the orphan inbox", () => {
    const kept = new Set([receiptKey("whatsapp", "w1", "sent")]);
    const verdict = judge(story({ entries: [entry({ receipts })], kept }));
    expect(verdict.receipts).toBe(2);
    expect(verdict.lostReceipts).toEqual(["ledger 1: whatsapp delivered of w1"]);
  });
});
