import { z } from "zod";
import type { SendOutcome } from "@/lib/carriers/connector";
import type { WireResult } from "@/lib/carriers/wire/post-once";
import { keepRaw } from "@/lib/carriers/wire/keep-raw";
import { parseJsonBody, unknownOutcome } from "@/lib/carriers/wire/read-body";

const maxIdLength = 512;

const errorSchema = z.object({
  error: z.object({
    message: z.string().catch(""),
    code: z.coerce.number().int(),
    error_data: z.object({ details: z.string() }).optional().catch(undefined),
  }),
});

/** Throughput limits: the request was turned away whole, so it is free to go again. */
const throughputCodes: ReadonlySet<number> = new Set([130429, 4, 80007, 131056]);
/** One message per 6 s to the same person (wire facts, pair rate). */
const pairRateCode = 131056;

/** Maps what came over the wire onto the four outcomes of the send protocol. */
export function readWhatsAppAnswer(result: WireResult): SendOutcome {
  if (result.kind === "not_written") {
    return { kind: "not_sent", code: result.code, detail: result.detail, retryAfterMs: null, raw: "" };
  }
  if (result.kind === "lost") return unknownOutcome(result.code, result.detail, "");
  const raw = keepRaw(result.body);
  const parsed = parseJsonBody(result.body);
  if (result.status >= 200 && result.status < 300) {
    const carrierIds = readIds(parsed);
    if (carrierIds === null) return unknownOutcome("bad_response", `HTTP ${result.status} without a message id`, raw);
    return { kind: "accepted", carrierIds, raw };
  }
  return readError(result, parsed, raw);
}

/** `messages[].id` of an acceptance, by hand: it comes with every message, and a schema takes as long as sending it. */
function readIds(answer: unknown): readonly string[] | null {
  if (typeof answer !== "object" || answer === null || !("messages" in answer)) return null;
  const { messages } = answer;
  if (!Array.isArray(messages) || messages.length === 0) return null;
  const ids: string[] = [];
  for (const message of messages as readonly unknown[]) {
    if (typeof message !== "object" || message === null || !("id" in message)) return null;
    const { id } = message;
    if (typeof id !== "string" || id === "" || id.length > maxIdLength) return null;
    ids.push(id);
  }
  return ids;
}

function readError(result: Extract<WireResult, { kind: "response" }>, parsed: unknown, raw: string): SendOutcome {
  const error = errorSchema.safeParse(parsed);
  const code = error.success ? String(error.data.error.code) : `http_${result.status}`;
  const detail = error.success
    ? (error.data.error.error_data?.details ?? error.data.error.message)
    : `HTTP ${result.status}`;
  // 408 is a proxy giving up on us: what the carrier did with the request is not said.
  if (result.status >= 500 || result.status === 408) return unknownOutcome(code, detail, raw);
  if (result.status === 429 || (error.success && throughputCodes.has(error.data.error.code))) {
    const defaultMs = error.success && error.data.error.code === pairRateCode ? 6_000 : 1_000;
    return { kind: "not_sent", code, detail, retryAfterMs: result.retryAfterMs ?? defaultMs, raw };
  }
  return { kind: "refused", code, detail, carrierIds: [], raw };
}
