import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { WEBHOOK_KIND, type WebhookKind } from "../lib/server/connections/webhook-address";
import {
  answerSubscription,
  MAX_WEBHOOK_BYTES,
  receiveWebhook,
  type WebhookAnswer,
} from "../lib/server/dispatch/receipts/receive-webhook";

const KINDS: ReadonlySet<string> = new Set(Object.values(WEBHOOK_KIND).filter((kind) => kind !== null));
/** Where each carrier puts its signature. */
const SIGNATURE_HEADER = {
  whatsapp: "x-hub-signature-256",
  viber: "x-viber-content-signature",
  sms: "x-twilio-signature",
} as const satisfies Record<WebhookKind, string>;

/** A body not sent by then is given up: carriers take milliseconds. */
const REQUEST_TIMEOUT_MS = 20_000;

/**
 * The webhooks of the web app without the web app: the same addresses, checks and commits, at a fraction of the cost for each. For
 * installations with so many receipts that they deserve a process of their own.
 *
 * @param webUrl the address that carriers were given
 */
export function serveWebhooks(webUrl: string): Server {
  const server = createServer({ keepAliveTimeout: 65_000, noDelay: true }, (request, response) => {
    answer(request, webUrl).then(
      (given) => end(response, given),
      () => response.destroy(), // the carrier left in the middle of its body
    );
  });
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  return server;
}

type Answer = WebhookAnswer | { readonly status: 404 | 405; readonly text: string; readonly isJson?: never };

async function answer(request: IncomingMessage, webUrl: string): Promise<Answer> {
  const path = request.url ?? "/";
  if (path === "/health/live") return { status: 200, text: "ok" };
  const { pathname, searchParams, search } = new URL(path, "http://receiver");
  const [, kind = "", token = ""] = /^\/api\/webhooks\/([a-z]+)\/([^/]+)$/.exec(pathname) ?? [];
  if (!isKind(kind)) return { status: 404, text: "no such webhook" };
  if (request.method === "GET" && kind === "whatsapp") {
    const of = (name: string): string | null => searchParams.get(`hub.${name}`);
    const query = { mode: of("mode"), verifyToken: of("verify_token"), challenge: of("challenge") };
    return answerSubscription(token, query);
  }
  if (request.method !== "POST") return { status: 405, text: "POST it" };
  const body = await readBody(request);
  if (body === null) return { status: 413, text: "too large" };
  const header = request.headers[SIGNATURE_HEADER[kind]];
  const signature = typeof header === "string" ? header : null;
  const address = `${webUrl.replace(/\/+$/, "")}${pathname}${search}`;
  return receiveWebhook({ kind, token, body, signature, url: address });
}

function isKind(kind: string): kind is WebhookKind {
  return KINDS.has(kind);
}

/** Null: longer than any webhook; the rest of it is not read. */
async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  if (Number(request.headers["content-length"] ?? 0) > MAX_WEBHOOK_BYTES) return null;
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_WEBHOOK_BYTES) return null;
    chunks.push(chunk);
  }
  return chunks.length === 1 ? (chunks[0] ?? null) : Buffer.concat(chunks);
}

function end(response: ServerResponse, { status, text, isJson }: Answer): void {
  // What was not read of a body that is too long would be taken for the next request.
  if (status === 413) response.setHeader("connection", "close");
  const type = isJson === true ? "application/json" : "text/plain";
  response.writeHead(status, { "content-type": type, "content-length": Buffer.byteLength(text) }).end(text);
}
