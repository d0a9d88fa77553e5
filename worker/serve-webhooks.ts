import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { readRequest } from "../lib/carriers/wire/read-request";
import { WEBHOOK_KIND, WEBHOOK_SIGNATURE_HEADER, type WebhookKind } from "../lib/server/connections/webhook-address";
import {
  answerSubscription,
  isPlainBody,
  MAX_WEBHOOK_BYTES,
  receiveWebhook,
  type WebhookAnswer,
} from "../lib/server/dispatch/receipts/receive-webhook";
import { noteWebhook } from "../lib/server/metrics/note-receipts";
import { env } from "../lib/server/env";
import { forwardedFor } from "../lib/server/web/client-ip";

const KINDS: ReadonlySet<string> = new Set(Object.values(WEBHOOK_KIND).filter((kind) => kind !== null));
/** Head and body; carriers take milliseconds. Whoever sends a byte now and then keeps a place no longer than this. */
export type WebhookPatience = { readonly headMs: number; readonly requestMs: number; readonly lookEveryMs: number };
const PATIENCE: WebhookPatience = { headMs: 10_000, requestMs: 20_000, lookEveryMs: 2_000 };
/** Sockets at once; more wait in the system's queue. A carrier uses some dozens. */
const MAX_SOCKETS = 5_000;

/**
 * The webhooks of the web app without the web app: the same addresses, checks and commits, at a fraction of the cost for each. For
 * installations with so many receipts that they deserve a process of their own.
 *
 * @param webUrl the address that carriers were given
 */
export function serveWebhooks(webUrl: string, patience: WebhookPatience = PATIENCE): Server {
  const { headMs: headersTimeout, requestMs: requestTimeout, lookEveryMs: connectionsCheckingInterval } = patience;
  const limits = {
    headersTimeout,
    requestTimeout,
    connectionsCheckingInterval,
    keepAliveTimeout: 65_000,
    noDelay: true,
  };
  const server = createServer(limits, (request, response) => {
    answer(request, webUrl).then(
      (given) => end(response, given),
      () => response.destroy(), // the carrier left in the middle of its body
    );
  });
  server.maxConnections = MAX_SOCKETS;
  return server;
}

/** Path, kind, token, query. */
const ADDRESS = /^(\/api\/webhooks\/([a-z]+)\/([^/?#]+))(\?[^#]*)?$/;

type Answer = WebhookAnswer | { readonly status: 404 | 405 | 415; readonly text: string; readonly isJson?: never };

async function answer(request: IncomingMessage, webUrl: string): Promise<Answer> {
  const path = request.url ?? "/";
  if (path === "/health/live") return { status: 200, text: "ok" };
  const [, pathname = "", kind = "", token = "", search = ""] = ADDRESS.exec(path) ?? [];
  if (!isKind(kind)) return { status: 404, text: "no such webhook" };
  if (request.method === "GET" && kind === "whatsapp") {
    const searchParams = new URLSearchParams(search);
    const of = (name: string): string | null => searchParams.get(`hub.${name}`);
    const query = { mode: of("mode"), verifyToken: of("verify_token"), challenge: of("challenge") };
    return answerSubscription(token, query);
  }
  if (request.method !== "POST") return { status: 405, text: "POST it" };
  if (!isPlainBody(request.headers["content-encoding"])) return turnAway(415, "send it unpacked");
  const body = await readRequest(request, MAX_WEBHOOK_BYTES);
  if (body === null) return turnAway(413, "too large");
  const header = request.headers[WEBHOOK_SIGNATURE_HEADER[kind]];
  const signature = typeof header === "string" ? header : null;
  const address = `${webUrl.replace(/\/+$/, "")}${pathname}${search}`;
  return receiveWebhook({ kind, token, body, signature, url: address, address: callerOf(request) });
}

/** Not read at all, so {@link receiveWebhook} does not count it. */
function turnAway<Status extends 413 | 415>(status: Status, text: string): { status: Status; text: string } {
  noteWebhook(status);
  return { status, text };
}

/** Of the socket, unless proxies stand before us: then as the outermost trusted one saw it. */
function callerOf(request: IncomingMessage): string | null {
  const trusted = env().KAMURJ_TRUSTED_PROXIES;
  if (trusted === 0) return request.socket.remoteAddress ?? null;
  const header = request.headers["x-forwarded-for"];
  return forwardedFor(Array.isArray(header) ? header.join(",") : header, trusted);
}

function isKind(kind: string): kind is WebhookKind {
  return KINDS.has(kind);
}

function end(response: ServerResponse, { status, text, isJson }: Answer): void {
  // What was not read of a body that is too long would be taken for the next request.
  if (status === 413 || status === 415) response.setHeader("connection", "close");
  const type = isJson === true ? "application/json" : "text/plain";
  response.writeHead(status, { "content-type": type, "content-length": Buffer.byteLength(text) }).end(text);
}
