import type { IncomingMessage } from "node:http";

/**
 * The body of a request that came to us. Null: longer than `maxBytes`; the rest of it is not read. Rejects when the sender leaves in the
 * middle. By events: an iterator over the stream costs as much as all the rest of the request.
 */
export function readRequest(request: IncomingMessage, maxBytes: number): Promise<Buffer | null> {
  if (Number(request.headers["content-length"] ?? 0) > maxBytes) return Promise.resolve(null);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= maxBytes) return void chunks.push(chunk);
      request.pause();
      resolve(null);
    });
    request.on("end", () => resolve(chunks.length === 1 ? (chunks[0] ?? null) : Buffer.concat(chunks)));
    request.on("error", reject);
  });
}
