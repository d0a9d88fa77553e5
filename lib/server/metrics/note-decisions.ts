import type { Logger } from "pino";
import { toPublicMessageId } from "@/lib/domain/dispatch/attempt-reference";
import { metrics, tallyBy } from "./metrics";

export type Judged = {
  readonly member: { readonly id: string };
  readonly wait: { readonly trigger: string; readonly dueAtMs: number };
  readonly answer: { readonly kind: string };
};

/** Fallback decisions that have just been committed; answers that settle nothing are none. */
export function noteDecisions(logger: Logger, judged: readonly Judged[], nowMs: number): void {
  const decided = judged.filter(({ answer }) => answer.kind === "allowed" || answer.kind === "denied");
  if (decided.length === 0) return;
  const { decisions, fallbackLateness } = metrics();
  for (const [key, n] of tallyBy(decided, ({ wait, answer }) => `${wait.trigger}|${answer.kind === "allowed"}`)) {
    const [trigger = "", allowed = ""] = key.split("|");
    decisions.inc({ trigger, allowed }, n);
  }
  for (const { wait } of decided) fallbackLateness.observe(Math.max(0, nowMs - wait.dueAtMs) / 1_000);
  if (!logger.isLevelEnabled("debug")) return;
  const idsOf = (kind: string): string[] =>
    decided.filter(({ answer }) => answer.kind === kind).map(({ member }) => toPublicMessageId(member.id));
  logger.debug({ messageIds: idsOf("allowed"), denied: idsOf("denied") }, "fallback decided");
}
