import type { z } from "zod";
import { AppError } from "@/lib/domain/app-error";
import { readLimitedBody } from "../web/read-limited-body";

const usualTimeoutMs = 4_000;
const maxBytes = 8 * 1_048_576;

/**
 * Asks the admin API of the sandbox. Its address is this installation's own setting: never one that a person typed, and no redirect
 * leads away from it.
 *
 * @param base null: this installation has no sandbox
 * @param timeoutMs until the whole answer is there
 * @throws AppError unavailable when it does not answer, or not as a sandbox does; invalid_input when it refuses what was asked
 */
export async function callSandbox<T>(
  base: string | null,
  request: { readonly method: "GET" | "POST" | "PUT" | "DELETE"; readonly path: string; readonly body?: unknown },
  schema: z.ZodType<T>,
  timeoutMs = usualTimeoutMs,
): Promise<T> {
  if (base === null) throw away();
  const { status, text } = await ask(new URL(`/_sandbox/${request.path}`, base), request, timeoutMs);
  if (status === 404) throw new AppError("not_found", "The sandbox has no such thing.", { messageKey: "notFound" });
  if (status >= 400 && status < 500) {
    throw new AppError("invalid_input", "The sandbox did not take this.", { messageKey: "laboratory.refused" });
  }
  const parsed = schema.safeParse(parseJson(text));
  if (status >= 300 || !parsed.success) throw away();
  return parsed.data;
}

async function ask(
  url: URL,
  { method, body }: { readonly method: string; readonly body?: unknown },
  timeoutMs: number,
): Promise<{ status: number; text: string }> {
  try {
    const response = await fetch(url, {
      method,
      redirect: "error",
      cache: "no-store",
      signal: AbortSignal.timeout(timeoutMs),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer = await readLimitedBody(response, maxBytes);
    if (answer === null) throw new Error("The answer is longer than any of a sandbox.");
    return { status: response.status, text: Buffer.from(answer).toString("utf8") };
  } catch (error) {
    throw away(error);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function away(cause?: unknown): AppError {
  return new AppError("unavailable", "The sandbox does not answer.", { messageKey: "laboratory.away", cause });
}
