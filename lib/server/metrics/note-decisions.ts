import type { Logger } from "pino";
import { toPublicMessageId } from "@/lib/domain/dispatch/attempt-reference";
import { metrics, tallyBy } from "./metrics";

export type DecisionNote = {
  readonly messageId: string;
  readonly trigger: string;
  readonly allowed: boolean;
  /** From the end of the wait to the decision. */
  readonly lateMs: number;
};

/** Fallback decisions that have just been committed. */
export function noteDecisions(logger: Logger, decided: readonly DecisionNote[]): void {
  if (decided.length === 0) return;
  const { decisions, fallbackLateness } = metrics();
  for (const [key, n] of tallyBy(decided, ({ trigger, allowed }) => `${trigger}|${allowed}`)) {
    const [trigger = "", allowed = ""] = key.split("|");
    decisions.inc({ trigger, allowed }, n);
  }
  for (const { lateMs } of decided) fallbackLateness.observe(Math.max(0, lateMs) / 1_000);
  if (!logger.isLevelEnabled("debug")) return;
  const ids = (allowed: boolean): string[] =>
    decided.filter((one) => one.allowed === allowed).map(({ messageId }) => toPublicMessageId(messageId));
  logger.debug({ messageIds: ids(true), denied: ids(false) }, "fallback decided");
}
