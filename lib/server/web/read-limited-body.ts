/** Of a request that came in, or of an answer to one of ours: the body as it came, or null as soon as it is longer than that or the signal says that it took too long. */
export async function readLimitedBody(
  request: Pick<Request, "headers" | "body">,
  maxBytes: number,
  slow?: AbortSignal,
): Promise<Uint8Array | null> {
  if (Number(request.headers.get("content-length") ?? 0) > maxBytes) return null;
  const reader = request.body?.getReader();
  if (reader === undefined) return new Uint8Array();
  const giveUp = (): void => void reader.cancel().catch(() => undefined);
  slow?.addEventListener("abort", giveUp, { once: true });
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (slow?.aborted === true) return null;
    if (done) return Buffer.concat(chunks);
    bytes += value.byteLength;
    if (bytes > maxBytes) {
      await reader.cancel();
      return null;
    }
    chunks.push(value);
  }
}
