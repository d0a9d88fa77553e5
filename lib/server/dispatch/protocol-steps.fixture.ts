import { randomUUID } from "node:crypto";
import { expect } from "vitest";
import { CHANNELS, type Category, type Channel, type FallbackMode, type RouteKey } from "@/lib/domain/vocabulary";
import { setSmsFallback } from "../accounts/set-sms-fallback";
import { cancelCampaign } from "./campaigns/cancel-campaign";
import { pauseCampaign } from "./campaigns/pause-campaign";
import { resumeCampaign } from "./campaigns/resume-campaign";
import { testContent } from "./dispatch.fixture";
import { enqueueMessage } from "./enqueue-message";
import type { Interception } from "./intercepted-pool.fixture";
import { planSlice } from "./planning/plan-slice";
import {
  depsOf,
  e164Of,
  isLostAnswer,
  takeTurn,
  unlessConflict,
  type ModelRun,
  type ModelWorld,
  type Turned,
} from "./protocol-model.fixture";
import { isPermitted, readCommitted, type Committed, type PictureMessage } from "./protocol-picture.fixture";
import { applyReceipts } from "./receipts/apply-receipts";
import type { IncomingReceipt } from "./receipts/incoming-receipt";
import { matchOrphans } from "./receipts/match-orphans";
import { receiveInbound } from "./receive-inbound";
import { recoverBlocks } from "./sending/recover-blocks";
import { fireTimers } from "./timers/fire-timers";

/** Who gets in between, and behind which statement of the step that is under way. */
export const RIVALS = ["stop", "cancel", "pause", "switch_off", "deliver", "fire", "recover", "turn"] as const;
export type Rival = (typeof RIVALS)[number];
export const MOMENTS = [
  ...["shared-permission-lock", "read-gate", "read-suppressed", "advance-blocks", "insert-attempts"],
  ...["take-due-timers", "lock-attempts", "read-decided", "insert-decisions", "insert-timers", "insert-receipts"],
] as const;
/** What happens on the line while a step runs: nothing, a rival in the middle of it, or the answer to its commit is lost. */
export type Trouble =
  | { readonly kind: "none" }
  | { readonly kind: "lost" }
  | { readonly kind: "rival"; readonly moment: (typeof MOMENTS)[number]; readonly rival: Rival; readonly nth: number };

/**
 * Runs a step with its trouble. A rival is started behind the moment's statement, and the step goes on once the rival is through or
 * waits for a lock that the step holds: so both orders are seen, and which one it is depends on the locks, not on the machine.
 *
 * @returns null: whoever took the step does not know whether it committed
 */
async function withTrouble<T>(
  world: ModelWorld,
  trouble: Trouble,
  step: (on: Interception) => Promise<T>,
): Promise<T | null> {
  let rival: Promise<void> | null = null;
  let isLost = trouble.kind === "lost";
  const on: Interception = {
    losesAnswer() {
      const now = isLost;
      isLost = false;
      return now;
    },
    async after(statement) {
      if (trouble.kind !== "rival" || statement !== trouble.moment || rival !== null) return;
      rival = compete(world, trouble.rival, trouble.nth);
      await settledOrBlocked(world, rival);
    },
  };
  try {
    return await step(on);
  } catch (error) {
    if (!isLostAnswer(error)) throw error;
    return null;
  } finally {
    await rival;
  }
}

async function settledOrBlocked(world: ModelWorld, rival: Promise<void>): Promise<void> {
  let isSettled = false;
  const settle = (): void => void (isSettled = true);
  rival.then(settle, settle);
  while (!isSettled) {
    const { rows } = await world.database.sql.query(
      "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted) AS blocked",
    );
    if (rows[0]?.blocked === true) return;
  }
}

async function compete(world: ModelWorld, rival: Rival, nth: number): Promise<void> {
  switch (rival) {
    case "stop":
      return stop(world, nth);
    case "cancel":
      return unlessConflict(cancelCampaign(world.ctx, world.campaignId));
    case "pause":
      return unlessConflict(pauseCampaign(world.ctx, world.campaignId));
    case "switch_off":
      return setSmsFallback(world.ctx, { enabled: false });
    case "deliver":
      return receive(world, { nth, kind: "delivered", from: "carrier" }, CALM);
    case "fire":
      return fire(world, { isHeard: true }, CALM);
    case "recover":
      return recover(world, CALM);
    case "turn": {
      const run = world.workers[1].runs[0];
      if (run !== undefined && !world.busy.has(run)) await turn(world, 1, run, 1, CALM);
    }
  }
}

export const CALM: Trouble = { kind: "none" };

/** STOP, as the person writes it. */
export async function stop(world: ModelWorld, nth: number): Promise<void> {
  const from = {
    id: world.connections.get("whatsapp")?.id ?? "",
    accountId: world.accountId,
    channel: "whatsapp" as const,
  };
  const message = { from: e164Of(nth), text: "STOP", carrierId: randomUUID(), carrierTimeMs: null };
  await receiveInbound(world.database.sql, from, [message]);
}

export async function plan(world: ModelWorld, trouble: Trouble): Promise<void> {
  const campaign = { accountId: world.accountId, id: world.campaignId, shard: world.shard };
  await withTrouble(world, trouble, (on) => planSlice(depsOf(world, randomUUID(), on), campaign));
}

export async function enqueue(
  world: ModelWorld,
  wish: { readonly category: Category; readonly route: RouteKey; readonly mode: FallbackMode; readonly nth: number },
): Promise<void> {
  const { ctx } = world;
  await ctx.transaction((tx) =>
    enqueueMessage(tx, ctx, {
      ...{ e164: e164Of(wish.nth), country: "AM", category: wish.category, route: wish.route, fallbackMode: wish.mode },
      ...{ waitS: 60, templateId: null, templateVersion: null, content: testContent(wish.category, "Hi {{name}}") },
      ...{ vars: { name: "Ani" }, apiKeyId: null },
    }),
  );
}

/** A turn of one run, and invariant 9 at its commit: whoever goes had permission when the intent committed. */
export async function turn(world: ModelWorld, of: 0 | 1, run: ModelRun, most: number, trouble: Trouble): Promise<void> {
  world.busy.add(run);
  const turned: Turned = await withTrouble(world, trouble, (on) =>
    takeTurn(world, world.workers[of], run, most, on),
  ).finally(() => world.busy.delete(run));
  if (turned !== null) await noteIntents(world);
  for (const { item } of turned?.result.go ?? []) {
    const message = messageOf(world, item.messageId);
    expect(
      isPermitted(message, item.step, turned?.committed ?? NEVER),
      "9: dispatching after permission had gone",
    ).toBe(true);
  }
}

/** What is durable of them at the moment at which the worker may begin to send. */
async function noteIntents(world: ModelWorld): Promise<void> {
  const { rows } = await world.database.sql.query({
    name: "model-intents",
    text: `SELECT unnest(in_flight)::text || '.' || step || '.' || try AS key FROM block WHERE shard = $1 AND account_id = $2`,
    values: [world.shard, world.accountId],
  });
  for (const { key } of rows) world.past.everInFlight.add(String(key));
}

const NEVER: Committed = { campaignStatus: "cancelled", isOn: false, suppressed: [], delivered: [] };

function messageOf(world: ModelWorld, id: string): PictureMessage {
  const message = world.past.picture?.messages.find((one) => one.id === id);
  if (message === undefined) throw new Error(`Message ${id} has never been seen.`);
  return message;
}

export type ReceiptWish = {
  readonly nth: number;
  readonly kind: IncomingReceipt["kind"];
  /** The carrier's own; twice in one webhook; of another account's connection; about something nobody sent; or told before. */
  readonly from: "carrier" | "twice" | "foreigner" | "nowhere" | "again";
};

/** One receipt about one of the wire calls, however far its send has come. */
export async function receive(world: ModelWorld, wish: ReceiptWish, trouble: Trouble): Promise<void> {
  const receipt = receiptOf(world, wish);
  if (receipt === null) return;
  const receipts = wish.from === "twice" ? [receipt, receipt] : [receipt];
  const deliver = (on: Interception): Promise<unknown> =>
    applyReceipts(depsOf(world, "", on).sql, world.shard, receipts, world.now());
  // Whoever hears no answer tells it again.
  const answered = await withTrouble(world, trouble, deliver);
  if (answered === null) await deliver({});
  world.receipts.push(receipt);
}

function receiptOf(world: ModelWorld, { nth, kind, from }: ReceiptWish): IncomingReceipt | null {
  if (from === "again") return world.receipts[nth % Math.max(1, world.receipts.length)] ?? null;
  const call = world.ledger[nth % Math.max(1, world.ledger.length)];
  if (call === undefined) return null;
  const { channel, reference } = call;
  const isForeign = from === "foreigner";
  world.nextReceiptAtMs += 1;
  return {
    // Of the three only WhatsApp echoes our reference.
    reference: channel === "whatsapp" && from !== "nowhere" ? reference : null,
    carrierId: from === "nowhere" ? `id-of-nobody-${nth}` : `id-${reference}`,
    ...{ kind, code: kind === "failed" ? FAILURES[channel] : null, carrierTimeMs: world.nextReceiptAtMs, raw: "{}" },
    accountId: isForeign ? world.foreignId : world.accountId,
    connectionId: (isForeign ? world.foreignConnections.get(channel) : world.connections.get(channel)?.id) ?? "",
    ...{ shard: world.shard, channel, receivedAtMs: Math.floor(world.now()) },
  };
}

const FAILURES = { whatsapp: "131026", viber: null, sms: "UNDELIV:045" } as const;

/** Timers fire, and at each commit: no decision to go on after a delivery or a withdrawal, none for silence while nobody listens. */
export async function fire(
  world: ModelWorld,
  { isHeard }: { readonly isHeard: boolean },
  trouble: Trouble,
): Promise<void> {
  const { sql } = world.database;
  await matchOrphans(sql, world.shard, world.now());
  const heard = new Map<Channel, { lagMs: number; backlog: number }>(
    isHeard ? CHANNELS.map((channel) => [channel, { lagMs: 0, backlog: 0 }]) : [],
  );
  let committed: Committed = NEVER;
  let known = await readDecisions(world);
  await withTrouble(world, trouble, (on) => {
    const deps = depsOf(world, randomUUID(), {
      ...on,
      async beforeCommit() {
        committed = await readCommitted(world);
        known = await readDecisions(world); // a rival's have been looked at by the rival
      },
      async after(statement) {
        await on.after?.(statement);
        if (statement !== "COMMIT") return;
        for (const [key, decision] of await readDecisions(world)) {
          if (!known.has(key)) checkDecision(world, decision, committed, isHeard);
        }
      },
    });
    return fireTimers(deps, world.shard, heard);
  });
}

type Decision = { readonly id: string; readonly step: number; readonly allowed: boolean; readonly trigger: string };

async function readDecisions(world: ModelWorld): Promise<Map<string, Decision>> {
  const { rows } = await world.database.sql.query({
    name: "model-decisions",
    text: "SELECT message_id::text AS id, step, allowed, trigger FROM fallback_decision WHERE shard = $1 AND account_id = $2",
    values: [world.shard, world.accountId],
  });
  return new Map((rows as Decision[]).map((decision) => [`${decision.id}.${decision.step}`, decision]));
}

function checkDecision(world: ModelWorld, decision: Decision, at: Committed, isHeard: boolean): void {
  if (!isHeard) expect(decision.trigger, "silence says nothing while nobody listens").toBe("failure");
  expect(at.delivered, "5: a decision after positive evidence").not.toContain(decision.id);
  if (!decision.allowed) return;
  const message = messageOf(world, decision.id);
  expect(isPermitted(message, decision.step + 1, at), "9: a fallback after permission had gone").toBe(true);
}

export async function recover(world: ModelWorld, trouble: Trouble): Promise<void> {
  await withTrouble(world, trouble, (on) => recoverBlocks(depsOf(world, randomUUID(), on), world.shard));
}

export const MOVES = ["pause", "resume", "cancel", "switch_on", "switch_off"] as const;
export type CampaignMove = (typeof MOVES)[number];

export function move(world: ModelWorld, wish: CampaignMove): Promise<void> {
  const { ctx, campaignId } = world;
  switch (wish) {
    case "pause":
      return unlessConflict(pauseCampaign(ctx, campaignId));
    case "resume":
      return unlessConflict(resumeCampaign(ctx, campaignId));
    case "cancel":
      return unlessConflict(cancelCampaign(ctx, campaignId));
    case "switch_on":
      return setSmsFallback(ctx, { enabled: true });
    case "switch_off":
      return setSmsFallback(ctx, { enabled: false });
  }
}
