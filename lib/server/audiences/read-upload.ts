import { AppError } from "@/lib/domain/app-error";
import { MAX_UPLOAD_BYTES } from "@/lib/schemas/audiences-imports";

/**
 * Takes in a request's body, and never holds more of it than is allowed.
 *
 * @param declared the Content-Length, when there is one: a body that ends before it was cut off on its way
 * @throws AppError invalid_input: too big, empty, or cut off
 */
export async function readUpload(
  body: ReadableStream<Uint8Array> | null,
  declared: number | null,
  maxBytes = MAX_UPLOAD_BYTES,
): Promise<Buffer> {
  if (declared !== null && declared > maxBytes) throw tooBig(maxBytes);
  if (body === null) throw empty();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    // Leaving the loop cancels the stream.
    if (size > maxBytes) throw tooBig(maxBytes);
    chunks.push(chunk);
  }
  if (size === 0) throw empty();
  if (declared !== null && size < declared) {
    throw new AppError("invalid_input", "The upload was cut off.", { messageKey: "contactsFile.cutOff" });
  }
  return Buffer.concat(chunks, size);
}

function tooBig(maxBytes: number): AppError {
  const megabytes = Math.floor(maxBytes / 1024 / 1024);
  return new AppError("invalid_input", `The file is larger than ${megabytes} MB.`, {
    messageKey: "contactsFile.tooBig",
    values: { megabytes },
  });
}

function empty(): AppError {
  return new AppError("invalid_input", "The file is empty.", { messageKey: "contactsFile.empty" });
}
