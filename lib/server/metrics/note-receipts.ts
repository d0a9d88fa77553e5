import type { Logger } from "pino";
import { toPublicMessageId, type AttemptKey } from "@/lib/domain/dispatch/attempt-reference";
import type { IncomingReceipt } from "../dispatch/receipts/incoming-receipt";
import { logger as processLogger } from "../logger";
import { metrics, tallyBy } from "./metrics";

/** Receipts that have just been committed: counted, and at debug level named by the messages they are about. */
export function noteReceipts(
  receipts: readonly IncomingReceipt[],
  resolved: readonly { readonly key: AttemptKey; readonly receipt: { readonly kind: string } }[],
  logger: Logger = processLogger(),
): void {
  for (const [key, n] of tallyBy(receipts, ({ channel, kind }) => `${channel}|${kind}`)) {
    const [channel = "", kind = ""] = key.split("|");
    metrics().receipts.inc({ channel, kind }, n);
  }
  if (resolved.length === 0 || !logger.isLevelEnabled("debug")) return;
  const messageIds = resolved.map(({ key }) => toPublicMessageId(key.messageId));
  logger.debug({ messageIds, kinds: resolved.map(({ receipt }) => receipt.kind) }, "receipts stored");
}

const RESULTS: Readonly<Record<number, string>> = {
  200: "taken",
  400: "not_json",
  401: "wrong_signature",
  403: "wrong_address",
  404: "unknown_token",
  408: "too_slow",
  413: "too_large",
  415: "packed",
  503: "not_stored",
};

/** A webhook request that has been answered. */
export function noteWebhook(status: number): void {
  metrics().webhooks.inc({ result: RESULTS[status] ?? "other" });
}
