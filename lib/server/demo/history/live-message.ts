import { classifyRefusal } from "@/lib/domain/carrier-codes/classify-refusal";
import { foldReceipt, isDelivered } from "@/lib/domain/dispatch/attempt-state";
import { decideFallback, type FailureMeaning } from "@/lib/domain/dispatch/decide-fallback";
import { isFallbackOn, type DispatchPolicy, policySourceOf } from "@/lib/domain/dispatch/dispatch-policy";
import type { PriceRow } from "@/lib/domain/pricing/price";
import {
  ROUTES,
  type CampaignStatus,
  type Channel,
  type FallbackTrigger,
  type RouteKey,
} from "@/lib/domain/vocabulary";
import type { AttemptRow } from "../../dispatch/attempt-rows";
import { isLateDelivery } from "../../dispatch/receipts/fold-receipts";
import { judgeOutcome } from "../../dispatch/sending/judge-outcome";
import { renderItem, type SendItem } from "../../dispatch/sending/load-items";
import { toOutcome, type Behaviour } from "./channel-behaviour";
import type { Draw } from "./draw";
import { makeCarrierIds, writeRawReceipt } from "./raw-receipt";

/** A message before its first step. */
export type NewLife = {
  readonly item: Omit<SendItem, "step" | "try" | "channel" | "hasNextStep" | "nextChannel">;
  readonly route: RouteKey;
  readonly firstSendAtMs: number;
  readonly draw: Draw;
};

/** What stands around a message while it lives; each is asked for its state at a moment. */
export type LifeWorld = {
  readonly prices: readonly PriceRow[];
  readonly connections: Readonly<Record<Channel, string>>;
  readonly policyAt: (atMs: number) => DispatchPolicy;
  readonly campaignStatusAt: (atMs: number) => CampaignStatus | null;
  readonly suppressionAt: (atMs: number) => "opted_out" | "blocked" | null;
  readonly behaviourOf: (channel: Channel, atMs: number) => Behaviour;
  /** Receipts that would come later have not come yet. */
  readonly untilMs: number;
};

export type LifeReceipt = {
  readonly messageId: string;
  readonly step: number;
  readonly kind: string;
  readonly part: number;
  readonly carrierAtMs: number;
  readonly receivedAtMs: number;
  readonly connectionId: string;
  readonly carrierId: string;
  readonly code: string | null;
  readonly raw: string;
};

export type LifeDecision = {
  readonly messageId: string;
  readonly step: number;
  readonly channel: Channel;
  readonly country: string;
  readonly campaignId: string | null;
  readonly allowed: boolean;
  readonly trigger: FallbackTrigger;
  readonly denial: string | null;
  readonly errorCode: string | null;
  readonly policyVersion: number;
  readonly policySource: "account" | "campaign" | "message";
  readonly waitS: number | null;
  readonly dueAtMs: number;
  readonly lagMs: number;
  readonly decidedAtMs: number;
};

export type LifeSkip = {
  readonly messageId: string;
  readonly step: number;
  readonly channel: Channel;
  readonly country: string;
  readonly campaignId: string | null;
  readonly reason: string;
  readonly atMs: number;
};

/** The person said no. */
export type LifeRefusal = {
  readonly e164: string;
  readonly reason: "stop" | "carrier_opt_out" | "blocked";
  readonly atMs: number;
  readonly evidence: Readonly<Record<string, string | null>>;
};

/** All that a message leaves behind. */
export type Life = {
  readonly attempts: AttemptRow[];
  readonly receipts: LifeReceipt[];
  readonly carrierRefs: { messageId: string; step: number; connectionId: string; carrierId: string; part: number }[];
  readonly decisions: LifeDecision[];
  readonly skips: LifeSkip[];
  readonly refusals: LifeRefusal[];
  /** When its last send had ended and its last wait was over. */
  settledAtMs: number;
};

type Event = { readonly atMs: number; readonly run: () => void };

/**
 * Lives through one message as the dispatch service does: each send judged by its rule, each receipt folded by its rule, each wait
 * and failure answered by the rule of fallback, all in the order of time.
 */
export function liveMessage(message: NewLife, world: LifeWorld): Life {
  const life: Life = { ...emptyLife(), settledAtMs: message.firstSendAtMs };
  const events: Event[] = [];
  const soon = (atMs: number, run: () => void): void => {
    const at = Math.round(atMs);
    const place = events.findIndex((event) => event.atMs > at);
    events.splice(place === -1 ? events.length : place, 0, { atMs: at, run });
  };
  send(message, world, life, soon, 0, Math.round(message.firstSendAtMs));
  for (let event = events.shift(); event !== undefined; event = events.shift()) event.run();
  return life;
}

function emptyLife(): Omit<Life, "settledAtMs"> {
  return { attempts: [], receipts: [], carrierRefs: [], decisions: [], skips: [], refusals: [] };
}

type Soon = (atMs: number, run: () => void) => void;

function send(message: NewLife, world: LifeWorld, life: Life, soon: Soon, step: number, atMs: number): void {
  const route: readonly Channel[] = ROUTES[message.route];
  const channel = route[step] ?? "sms";
  const item: SendItem = {
    ...message.item,
    ...{ step, try: 0, channel, hasNextStep: step + 1 < route.length, nextChannel: route[step + 1] ?? null },
  };
  const reason = whyNot(item, world, life, atMs);
  const rendered = reason === null ? renderItem(item, world.prices, atMs) : null;
  if (rendered === null) {
    const { messageId, country, campaignId } = item;
    life.skips.push({ messageId, step, channel, country, campaignId, reason: reason ?? "missing_values", atMs });
    return;
  }
  const behaviour = world.behaviourOf(channel, atMs);
  const carrierIds =
    behaviour.outcome === "accepted" ? makeCarrierIds(channel, item.e164, rendered.parts, message.draw) : [];
  const endedAtMs = atMs + behaviour.answerMs;
  const connectionId = world.connections[channel];
  const verdict = judgeOutcome(
    { ...rendered, connectionId, sentAtMs: atMs, endedAtMs, outcome: toOutcome(behaviour, carrierIds) },
    world.policyAt(endedAtMs),
  );
  const { attempt, timer } = verdict;
  if (attempt === null) throw new Error("The history has no sends that are tried again.");
  life.attempts.push(attempt);
  life.settledAtMs = Math.max(life.settledAtMs, endedAtMs);
  if (verdict.refusedByPerson !== null) life.refusals.push(refusalOf(item, verdict.refusedByPerson, null, endedAtMs));
  if (channel !== "whatsapp") {
    const { messageId } = item;
    carrierIds.forEach((carrierId, part) => life.carrierRefs.push({ messageId, step, connectionId, carrierId, part }));
  }
  if (timer !== null) ask(message, world, life, soon, { ...timer, step });
  planReceipts(message, world, life, soon, { item, behaviour, carrierIds, connectionId, endedAtMs });
  markLateDeliveries(life);
}

function whyNot(item: SendItem, world: LifeWorld, life: Life, atMs: number): string | null {
  const suppression = world.suppressionAt(atMs);
  if (suppression !== null) return suppression;
  if (item.step === 0) return null;
  if (life.attempts.some(({ status }) => isDelivered(status))) return "delivered";
  return isFallbackOn(item.mode, world.policyAt(atMs)) ? null : "switch_off";
}

type Taken = {
  readonly item: SendItem;
  readonly behaviour: Behaviour;
  readonly carrierIds: readonly string[];
  readonly connectionId: string;
  readonly endedAtMs: number;
};

function planReceipts(message: NewLife, world: LifeWorld, life: Life, soon: Soon, taken: Taken): void {
  const { draw } = message;
  for (const plan of taken.behaviour.receipts) {
    taken.carrierIds.forEach((carrierId, part) => {
      const happenedMs = taken.endedAtMs + plan.afterMs + part * draw.whole(40, 400);
      const carrierAtMs = taken.item.channel === "viber" ? happenedMs : Math.floor(happenedMs / 1_000) * 1_000;
      const receivedAtMs = happenedMs + Math.round(draw.around(260, 0.5));
      if (receivedAtMs > world.untilMs) return;
      soon(receivedAtMs, () =>
        receive(message, world, life, soon, { taken, plan, carrierId, part, carrierAtMs, receivedAtMs }),
      );
    });
  }
}

type Arriving = {
  readonly taken: Taken;
  readonly plan: Behaviour["receipts"][number];
  readonly carrierId: string;
  readonly part: number;
  readonly carrierAtMs: number;
  readonly receivedAtMs: number;
};

function receive(message: NewLife, world: LifeWorld, life: Life, soon: Soon, arriving: Arriving): void {
  const { taken, plan, carrierId, part, carrierAtMs, receivedAtMs } = arriving;
  const { item, connectionId } = taken;
  const { messageId, step, channel, e164, category } = item;
  const { kind, code } = plan;
  const index = life.attempts.findIndex((attempt) => attempt.step === step);
  const before = life.attempts[index];
  if (before === undefined) return;
  const key = { shard: item.block.shard, messageId, step, try: 0 };
  const { sentAtMs } = before;
  const raw = writeRawReceipt({ channel, key, e164, kind, carrierId, code, sentAtMs, carrierAtMs, category });
  life.receipts.push({ messageId, step, kind, part, carrierAtMs, receivedAtMs, connectionId, carrierId, code, raw });
  const after: AttemptRow = { ...before, ...foldReceipt(before, { kind, part, atMs: carrierAtMs, code, carrierId }) };
  life.attempts[index] = after;
  markLateDeliveries(life);
  if (after.status === "failed" && !before.negative && channel !== "sms") {
    ask(message, world, life, soon, { step, trigger: "failure", waitS: 0, dueAtMs: receivedAtMs });
  }
  refuse(message, world, life, arriving);
}

/** By the carrier's code, or in their own words. */
function refuse(_message: NewLife, world: LifeWorld, life: Life, arriving: Arriving): void {
  const { taken, plan, carrierId, receivedAtMs } = arriving;
  const { channel, e164 } = taken.item;
  const isNegative = plan.kind === "failed" || plan.kind === "expired";
  const action = isNegative && plan.code !== null ? classifyRefusal(channel, plan.code, "receipt").action : null;
  if (action === "opt_out" || action === "blocked") {
    life.refusals.push(refusalOf(taken.item, plan.code ?? "", carrierId, receivedAtMs));
  }
  const { stopAfterMs } = taken.behaviour;
  const stoppedAtMs = receivedAtMs + (stopAfterMs ?? 0);
  if (plan.kind !== "read" || stopAfterMs === null || stoppedAtMs > world.untilMs) return;
  const text = e164.startsWith("+7") ? "Стоп" : "STOP";
  life.refusals.push({ e164, reason: "stop", atMs: stoppedAtMs, evidence: { channel, text, carrierId } });
}

function refusalOf(item: SendItem, code: string, carrierId: string | null, atMs: number): LifeRefusal {
  const blocked = classifyRefusal(item.channel, code, "refusal").action === "blocked";
  const { channel, e164 } = item;
  return { e164, reason: blocked ? "blocked" : "carrier_opt_out", atMs, evidence: { channel, code, carrierId } };
}

function markLateDeliveries(life: Life): void {
  life.attempts.forEach((attempt, i) => {
    if (isLateDelivery(attempt, life.attempts)) life.attempts[i] = { ...attempt, doubleReach: true };
  });
}

type Wait = {
  readonly step: number;
  readonly trigger: FallbackTrigger;
  readonly waitS: number;
  readonly dueAtMs: number;
};

/** Timers are looked at several times a second, and silence waits as much longer as receipts lag. */
function ask(message: NewLife, world: LifeWorld, life: Life, soon: Soon, wait: Wait): void {
  const lagMs = Math.round(message.draw.around(320, 0.5));
  const firesAtMs = wait.dueAtMs + (wait.trigger === "failure" ? 0 : lagMs) + message.draw.whole(40, 260);
  life.settledAtMs = Math.max(life.settledAtMs, firesAtMs);
  soon(firesAtMs, () => decide(message, world, life, soon, { ...wait, lagMs, firesAtMs: Math.round(firesAtMs) }));
}

function decide(
  message: NewLife,
  world: LifeWorld,
  life: Life,
  soon: Soon,
  wait: Wait & { readonly lagMs: number; readonly firesAtMs: number },
): void {
  const { step, trigger, firesAtMs } = wait;
  const { messageId, country, campaignId, category, mode } = message.item;
  const route: readonly Channel[] = ROUTES[message.route];
  const policy = world.policyAt(firesAtMs);
  const failure = trigger === "failure" ? failureOf(life, step) : null;
  const answer = decideFallback({
    ...{ trigger, category, step, mode, policy, stepCount: route.length },
    statuses: life.attempts.map((attempt) => attempt.status),
    alreadyDecided: life.decisions.some((decision) => decision.step === step),
    campaignStatus: world.campaignStatusAt(firesAtMs),
    suppression: world.suppressionAt(firesAtMs),
    failure: failure?.meaning ?? null,
  });
  if (answer.kind === "wait") throw new Error("The history leaves no wait open when a campaign is paused.");
  if (answer.kind === "settled") return;
  life.decisions.push({
    ...{ messageId, step, country, campaignId, trigger, channel: route[step] ?? "sms" },
    allowed: answer.kind === "allowed",
    denial: answer.kind === "denied" ? answer.denial : null,
    errorCode: failure?.code ?? null,
    policyVersion: policy.version,
    policySource: policySourceOf(mode, campaignId),
    waitS: trigger === "failure" ? null : wait.waitS,
    ...{ dueAtMs: Math.round(wait.dueAtMs), lagMs: wait.lagMs, decidedAtMs: firesAtMs },
  });
  if (answer.kind === "denied") return;
  const sendAtMs = firesAtMs + message.draw.whole(60, 480);
  soon(sendAtMs, () => send(message, world, life, soon, answer.toStep, sendAtMs));
}

function failureOf(
  life: Life,
  step: number,
): { readonly meaning: FailureMeaning; readonly code: string | null } | null {
  const attempt = life.attempts.find((one) => one.step === step);
  if (attempt === undefined) return null;
  const { channel, errorCode: code, status } = attempt;
  if (code === null) return { meaning: "unreachable_here", code };
  const { action } = classifyRefusal(channel, code, status === "refused" ? "refusal" : "receipt");
  if (action === "opt_out") return { meaning: "opted_out", code };
  return { meaning: action === "blocked" ? "blocked" : "unreachable_here", code };
}
