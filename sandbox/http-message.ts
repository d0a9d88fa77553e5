import type { IncomingMessage, ServerResponse } from "node:http";
import { readRequest } from "@/lib/carriers/wire/read-request";

const maxBodyBytes = 16 * 1_048_576;

/** Null when the body is longer than the sandbox takes. */
export function readBody(request: IncomingMessage): Promise<Buffer | null> {
  return readRequest(request, maxBodyBytes);
}

export function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    return undefined;
  }
}

/** Writes nothing to a client that has left. */
export function sendText(
  response: ServerResponse,
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (response.destroyed || response.writableEnded) return;
  response.writeHead(status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(text),
    ...headers,
  });
  response.end(text);
}

export function sendJson(
  response: ServerResponse,
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  sendText(response, status, JSON.stringify(value), headers);
}

/** Keeps the answer back; when the time is over calls `then`, unless the client has left. */
export function holdAnswer(response: ServerResponse, holdMs: number, then: () => void): void {
  const timer = setTimeout(then, holdMs);
  timer.unref();
  response.on("close", () => clearTimeout(timer));
}
