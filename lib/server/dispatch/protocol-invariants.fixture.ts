import { expect } from "vitest";
import { ATTEMPT_STATUS_CODE } from "@/lib/domain/vocabulary";
import { attemptStatusOf, BLANK_ATTEMPT, foldReceipt } from "@/lib/domain/dispatch/attempt-state";
import type { ModelWorld, WireCall } from "./protocol-model.fixture";
import { placeOf, readPicture, type Picture } from "./protocol-picture.fixture";

/**
 * The invariants of the send protocol, read from the database and from the carriers' ledger after every step. They are numbered as in
 * docs/architecture.md's source: 1 and 2 order and repetition, 3 rank, 4 and 5 decisions, 6 intent before wire and one call an attempt,
 * 7 unknown is not repeated, 9 permission (checked where a commit is made), 11 and 12 receipts, 13 conservation. Budgets (8) and quiet
 * hours (10) are not built yet.
 */
export async function checkInvariants(world: ModelWorld): Promise<Picture> {
  const picture = await readPicture(world);
  checkEvidence(picture);
  checkRank(world.past.picture, picture);
  checkQueue(picture);
  checkWire(world, picture);
  checkRepeats(world, picture);
  checkReceipts(world, picture);
  const lost = picture.messages.filter((message) => placeOf(message, picture) === "missing");
  expect(lost, "13: accepted, and nobody is going to do anything about it").toEqual([]);
  world.past.picture = picture;
  return picture;
}

const keyOf = (of: { readonly id: string; readonly step: number; readonly try: number }): string =>
  `${of.id}.${of.step}.${of.try}`;

/** 1, 2: the stored state is what the stored evidence comes to, read backwards. What is above it can only be the outcome. */
function checkEvidence(picture: Picture): void {
  for (const attempt of picture.attempts) {
    const own = picture.receipts.filter((receipt) => keyOf(receipt) === keyOf(attempt)).reverse();
    let folded = { ...BLANK_ATTEMPT, parts: attempt.parts };
    for (const { kind, part, at, code } of [...own, ...own]) {
      folded = foldReceipt(folded, { kind, part, atMs: at, code, carrierId: "" });
    }
    const said = ATTEMPT_STATUS_CODE[folded.status];
    const status = attemptStatusOf(attempt.status);
    const ofOutcome = ["not_sent", "unknown", "refused", "accepted"].includes(status);
    expect(
      attempt.status === said || ofOutcome,
      `1: ${keyOf(attempt)} is ${status}, evidence says ${folded.status}`,
    ).toBe(true);
    if (own.length > 0)
      expect(attempt.status, `1: ${keyOf(attempt)} falls short of its evidence`).toBeGreaterThanOrEqual(said);
  }
}

/** 3: and what has been decided or skipped stays so. */
function checkRank(before: Picture | null, now: Picture): void {
  if (before === null) return;
  const status = new Map(now.attempts.map((attempt) => [keyOf(attempt), attempt.status]));
  for (const attempt of before.attempts) {
    expect(status.get(keyOf(attempt)) ?? -1, `3: the rank of ${keyOf(attempt)}`).toBeGreaterThanOrEqual(attempt.status);
  }
  const decided = now.decisions.map(({ id, step, allowed }) => `${id}.${step}.${allowed}`);
  for (const { id, step, allowed } of before.decisions)
    expect(decided, "4: a decision stays").toContain(`${id}.${step}.${allowed}`);
  expect(new Set(decided.map((key) => key.replace(/\.\w+$/, ""))).size, "4: one decision a step").toBe(decided.length);
}

/** A message has one place in the queue for each try of a step, whatever has become of the block since. */
function checkQueue(picture: Picture): void {
  const places = picture.blocks.flatMap(({ members, step, try: tryIndex }) =>
    members.map((id) => keyOf({ id, step, try: tryIndex })),
  );
  expect(new Set(places).size, "6: queued twice for one attempt").toBe(places.length);
  const decided = new Set(
    picture.decisions.filter(({ allowed }) => allowed).map(({ id, step }) => `${id}.${step + 1}`),
  );
  for (const block of picture.blocks) {
    if (block.step === 0) continue;
    for (const id of block.members)
      expect(decided, "4: queued for a further step without a decision").toContain(`${id}.${block.step}`);
  }
}

/** 6 */
function checkWire(world: ModelWorld, picture: Picture): void {
  const keys = world.ledger.map(({ key }) => key);
  expect(new Set(keys).size, "6: an attempt with two wire calls").toBe(keys.length);
  for (const key of keys) expect(world.past.everInFlight, "6: a wire call without an intent before it").toContain(key);
  const taken = world.ledger.filter(({ outcome }) => outcome?.kind === "accepted").map(({ key }) => key);
  const stored = new Map(picture.attempts.map((attempt) => [keyOf(attempt), attempt]));
  for (const key of taken) {
    const attempt = stored.get(key);
    if (attempt === undefined || !attempt.hasOutcome) continue;
    expect(["not_sent", "refused"], `${key} was taken by the carrier`).not.toContain(attemptStatusOf(attempt.status));
  }
}

const mayHaveLeft = ({ outcome }: WireCall): boolean =>
  outcome === null || outcome.kind === "accepted" || outcome.kind === "unknown";

/** 7: nobody is written to twice by one channel unless it is proven that nothing left; nor, for marketing, by the next after unknown. */
function checkRepeats(world: ModelWorld, picture: Picture): void {
  for (const message of picture.messages) {
    const calls = world.ledger.filter(({ messageId }) => messageId === message.id);
    for (const channel of new Set(calls.map((call) => call.channel))) {
      const left = calls.filter((call) => call.channel === channel && mayHaveLeft(call));
      const later = calls.filter((call) => call.channel === channel && call !== left[0]);
      const first = left[0] === undefined ? -1 : calls.indexOf(left[0]);
      expect(
        later.filter((call) => calls.indexOf(call) > first && first >= 0),
        "7: the same channel again",
      ).toEqual([]);
    }
    const triggers = picture.decisions
      .filter(({ id, allowed }) => id === message.id && allowed)
      .map(({ trigger }) => trigger);
    if (message.category === "marketing" && !world.unknownIsUndelivered) {
      expect(triggers, "7: marketing goes on after unknown").not.toContain("unknown");
    }
  }
}

/** 11, 12 */
function checkReceipts(world: ModelWorld, picture: Picture): void {
  const bound = new Set(picture.receipts.map(({ at }) => at));
  const kept = new Set(picture.orphans.map(({ account, at }) => `${account} ${at}`));
  for (const { accountId, carrierTimeMs } of world.receipts) {
    const isBound = carrierTimeMs !== null && bound.has(carrierTimeMs);
    const isKept = kept.has(`${accountId} ${carrierTimeMs}`);
    expect(isBound || isKept, "11: a receipt that was answered for is nowhere").toBe(true);
    expect(isBound && accountId === world.foreignId, "12: another account's receipt is bound to our message").toBe(
      false,
    );
  }
  const foreign = [...world.foreignConnections.values()];
  const strangers = picture.receipts.filter(({ connection }) => foreign.includes(connection));
  expect(strangers, "12: evidence from another account's connection").toEqual([]);
}
