import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ATTEMPT_STATUS_CODE } from "../vocabulary";
import {
  foldOutcome,
  foldReceipt,
  isContradiction,
  type AttemptState,
  type OutcomeEvidence,
  type ReceiptEvidence,
} from "./attempt-state";

type Evidence = { readonly receipt: ReceiptEvidence } | { readonly outcome: OutcomeEvidence };

const PARTS = 3;
const atMs = fc.integer({ min: 1, max: 50 });
const receipt: fc.Arbitrary<Evidence> = fc
  .record({
    kind: fc.constantFrom("accepted", "sent", "delivered", "read", "failed", "expired" as const),
    part: fc.integer({ min: 0, max: PARTS - 1 }),
    atMs,
    code: fc.constantFrom("A", "B", null),
    carrierId: fc.constant("id"),
  })
  .map((value) => ({ receipt: value as ReceiptEvidence }));
const outcome: fc.Arbitrary<Evidence> = fc
  .record({
    status: fc.constantFrom("accepted", "unknown", "refused" as const),
    parts: fc.constant(PARTS),
    atMs,
    code: fc.constantFrom("C", null),
    carrierId: fc.constant("id"),
  })
  .map((value) => ({ outcome: value as OutcomeEvidence }));
/** One send has one outcome; how many parts it has is known from the start where receipts are counted by parts. */
const history = fc.tuple(outcome, fc.array(receipt, { maxLength: 8 })).map(([first, rest]) => [first, ...rest]);

const blank = (): AttemptState => ({
  ...foldReceipt(null, { kind: "accepted", part: 0, atMs: 0, code: null, carrierId: "id" }),
  status: "unknown",
  parts: PARTS,
});
const fold = (events: readonly Evidence[]): AttemptState =>
  events.reduce(
    (state, one) => ("receipt" in one ? foldReceipt(state, one.receipt) : foldOutcome(state, one.outcome)),
    blank(),
  );

describe("the fold of an attempt's evidence", () => {
  it("depends on the set of evidence only, not on its order (invariant 1)", () => {
    fc.assert(
      fc.property(
        history.chain((events) =>
          fc.tuple(fc.constant(events), fc.shuffledSubarray(events, { minLength: events.length })),
        ),
        ([events, shuffled]) => {
          expect(fold(shuffled)).toEqual(fold(events));
        },
      ),
      { numRuns: 500 },
    );
  });

  it("is the same when evidence is applied twice (invariant 2)", () => {
    fc.assert(
      fc.property(history, (events) => {
        expect(fold([...events, ...events])).toEqual(fold(events));
      }),
    );
  });

  it("is, of one outcome alone, what it is when it is folded into an attempt of which nothing is known", () => {
    fc.assert(
      fc.property(outcome, (one) => {
        if (!("outcome" in one)) throw new Error("not an outcome");
        const { status } = one.outcome;
        const known = { ...fold([]), status, parts: 1, carrierId: null };
        expect(foldOutcome(null, one.outcome)).toEqual(foldOutcome(known, one.outcome));
      }),
    );
  });

  it("never falls in rank (invariant 3), and never loses a flag", () => {
    fc.assert(
      fc.property(history, (events) => {
        let state = blank();
        for (const event of events) {
          const next = "receipt" in event ? foldReceipt(state, event.receipt) : foldOutcome(state, event.outcome);
          expect(ATTEMPT_STATUS_CODE[next.status]).toBeGreaterThanOrEqual(ATTEMPT_STATUS_CODE[state.status]);
          expect(next.partsDelivered & state.partsDelivered).toBe(state.partsDelivered);
          if (state.negative) expect(next.negative).toBe(true);
          state = next;
        }
      }),
    );
  });

  const single = (kind: ReceiptEvidence["kind"], part = 0, at = 10): ReceiptEvidence => ({
    ...{ kind, part, atMs: at, code: kind === "failed" ? "131026" : null, carrierId: "id" },
  });

  it("takes read for delivered", () => {
    const state = foldReceipt(null, single("read", 0, 12));
    expect(state).toMatchObject({ status: "read", deliveredAtMs: 12, readAtMs: 12 });
  });

  it("calls a message of several parts delivered when all are, failed when any is", () => {
    const accepted = foldOutcome(null, { status: "accepted", parts: 2, atMs: 1, code: null, carrierId: "id" });
    const half = foldReceipt(accepted, single("delivered", 0));
    expect(half.status).toBe("sent");
    expect(foldReceipt(half, single("delivered", 1)).status).toBe("delivered");
    expect(foldReceipt(half, single("failed", 1)).status).toBe("failed");
  });

  it("lets positive beat negative and keeps the contradiction", () => {
    const failed = foldReceipt(null, single("failed"));
    expect(failed).toMatchObject({ status: "failed", errorCode: "131026" });
    const both = foldReceipt(failed, single("delivered"));
    expect(both.status).toBe("delivered");
    expect(isContradiction(both)).toBe(true);
  });

  it("lets a receipt reveal what an unknown send came to", () => {
    const unknown = foldOutcome(null, { status: "unknown", parts: 1, atMs: 1, code: "timeout", carrierId: null });
    expect(foldReceipt(unknown, single("delivered")).status).toBe("delivered");
  });
});
