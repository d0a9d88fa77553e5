import type { IncomingMessage, ServerResponse } from "node:http";

const maxBodyBytes = 16 * 1_048_576;

/** Null when the body is longer than the sandbox takes. Rejects when the client leaves in the middle. */
export function readBody(request: IncomingMessage): Promise<Buffer | null> {
  // By events: an iterator over the stream costs as much as all the rest of the request.
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= maxBodyBytes) return void chunks.push(chunk);
      request.pause();
      resolve(null);
    });
    request.on("end", () => resolve(chunks.length === 1 ? (chunks[0] ?? null) : Buffer.concat(chunks)));
    request.on("error", reject);
  });
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
