import { logger } from "../logger";
import type { TenantContext } from "../tenant-context";
import { metrics } from "./metrics";

export type ApiRequestNote = {
  readonly request: Request;
  readonly response: Response;
  readonly requestId: string;
  /** null: the key was not accepted. */
  readonly caller: TenantContext | null;
  /** As the path has it, if it does. */
  readonly messageId: string | undefined;
  readonly tookMs: number;
};

/**
 * One line a request to the public API. `messageId` is the thread to pull: the same id stands in the worker's lines about sending and
 * in the lines about receipts. No query, header or body is written: they hold numbers, texts and keys.
 */
export function noteApiRequest({ request, response, requestId, caller, messageId, tookMs }: ApiRequestNote): void {
  const { status } = response;
  metrics().apiRequests.inc({ status: `${Math.floor(status / 100)}xx` });
  const made = /\/(msg_\d{1,19})$/.exec(response.headers.get("location") ?? "")?.[1];
  const asked = messageId !== undefined && /^msg_\d{1,19}$/.test(messageId) ? messageId : undefined;
  logger().info(
    {
      ...{ requestId, messageId: made ?? asked, method: request.method, status, ms: Math.round(tookMs) },
      ...{
        path: new URL(request.url).pathname.slice(0, 200),
        accountId: caller?.accountId,
        apiKeyId: caller?.actor.id,
      },
    },
    "api request",
  );
}
