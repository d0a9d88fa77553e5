import type { Logger } from "pino";
import { classifyRefusal } from "@/lib/domain/carrier-codes/classify-refusal";
import { queuedAtMs, toPublicMessageId } from "@/lib/domain/dispatch/attempt-reference";
import type { Channel } from "@/lib/domain/vocabulary";
import type { EndedSend } from "../dispatch/sending/judge-outcome";
import { metrics, tallyBy } from "./metrics";

/** Sends whose outcome has just been committed: counted, and at debug level named by their messages' ids. */
function noteSends(logger: Logger, ended: readonly EndedSend[]): void {
  if (ended.length === 0) return;
  const { sends, outcomes, acceptToWire } = metrics();
  for (const [key, n] of tallyBy(ended, ({ item, outcome }) => `${item.channel}|${outcome.kind}`)) {
    const [channel = "", outcome = ""] = key.split("|");
    sends.inc({ channel, outcome }, n);
  }
  for (const [key, n] of tallyBy(ended, refusalOf)) {
    const [channel = "", action = ""] = key.split("|");
    outcomes.inc({ channel, action }, n);
  }
  for (const { item, sentAtMs } of ended) {
    if (item.step > 0 || item.try > 0) continue;
    acceptToWire.observe({ lane: item.category }, Math.max(0, sentAtMs - queuedAtMs(item.messageId)) / 1_000);
  }
  if (!logger.isLevelEnabled("debug")) return;
  const { channel, step } = ended[0]?.item ?? {};
  const block = ended[0]?.item.block.id;
  const all = ended.map(({ item, outcome }) => ({ id: toPublicMessageId(item.messageId), outcome: outcome.kind }));
  const messageIds = all.map(({ id }) => id);
  logger.debug({ channel, step, block, messageIds, outcomes: all.map(({ outcome }) => outcome) }, "outcomes stored");
}

function refusalOf({ item, outcome }: EndedSend): string | null {
  if (outcome.kind !== "refused") return null;
  return `${item.channel}|${classifyRefusal(item.channel as Channel, outcome.code, "refusal").action}`;
}

type Turn = {
  readonly go: readonly { readonly item: Pick<EndedSend["item"], "messageId" | "channel" | "step"> }[];
  readonly lost: ReadonlySet<string>;
};

/** A turn that has committed: what sends came to, and who may be on the wire from here on. */
export function noteTurn(logger: Logger, ended: readonly EndedSend[], { go, lost }: Turn): void {
  noteSends(logger, ended);
  if (lost.size > 0) metrics().leaseLosses.inc(lost.size);
  if (go.length === 0 || !logger.isLevelEnabled("debug")) return;
  const { channel, step } = go[0]?.item ?? {};
  logger.debug({ channel, step, messageIds: go.map(({ item }) => toPublicMessageId(item.messageId)) }, "intent stored");
}

/** A dispatch transaction that took so long, COMMIT included. */
export function noteCommit(tookMs: number): void {
  metrics().commit.observe(tookMs / 1_000);
}

/** Sends of a dead worker that have become unknown. */
export function noteRecovered(members: number): void {
  if (members > 0) metrics().recoveredUnknown.inc(members);
}
