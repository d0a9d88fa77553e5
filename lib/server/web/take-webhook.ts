import { WEBHOOK_SIGNATURE_HEADER, webhookUrlOf, type WebhookKind } from "../connections/webhook-address";
import { isPlainBody, MAX_WEBHOOK_BYTES, receiveWebhook } from "../dispatch/receipts/receive-webhook";
import { env } from "../env";
import { noteWebhook } from "../metrics/note-receipts";
import { clientIp } from "./client-ip";
import { readLimitedBody } from "./read-limited-body";

/** Carriers take milliseconds; who takes longer keeps a place that others need. */
const BODY_WITHIN_MS = 20_000;

/** A carrier's POST to one of the web app's webhooks. @param withinMs how long its body may take */
export async function takeWebhook(
  request: Request,
  kind: WebhookKind,
  token: string,
  withinMs = BODY_WITHIN_MS,
): Promise<Response> {
  if (!isPlainBody(request.headers.get("content-encoding"))) return refuse(415, "send it unpacked");
  const slow = AbortSignal.timeout(withinMs);
  const body = await readLimitedBody(request, MAX_WEBHOOK_BYTES, slow);
  if (body === null) return slow.aborted ? refuse(408, "too slow") : refuse(413, "too large");
  const { status, text, isJson } = await receiveWebhook({
    ...{ kind, token, body, signature: request.headers.get(WEBHOOK_SIGNATURE_HEADER[kind]) },
    // The provider signs the address that it was given, whatever proxies have made of it since.
    url: webhookUrlOf(kind, token, env().NEXTAUTH_URL) + new URL(request.url).search,
    address: clientIp(request.headers),
  });
  return new Response(text, { status, ...(isJson && { headers: { "content-type": "application/json" } }) });
}

function refuse(status: 408 | 413 | 415, text: string): Response {
  noteWebhook(status);
  return new Response(text, { status });
}
