import { z } from "zod";
import type { SendOutcome } from "@/lib/carriers/connector";
import { keepRaw } from "@/lib/carriers/wire/keep-raw";
import { parseJsonBody, unknownOutcome } from "@/lib/carriers/wire/read-body";
import type { WireResult } from "@/lib/carriers/wire/post-once";

const acceptedSchema = z.object({
  sid: z.string().min(1).max(64),
  /** A text; "0" until a messaging service has chosen the sender. */
  num_segments: z.coerce.number().int().min(0).max(255).catch(0),
});
const errorSchema = z.object({ code: z.coerce.number().int(), message: z.string().catch("") });

/** The provider's queue for this sender is full, or too many calls: turned away whole, free to go again. */
const busyCodes: ReadonlySet<number> = new Set([20429, 14107, 21611]);

/**
 * Maps what came over the wire onto the four outcomes of the send protocol.
 *
 * @param segments as we measured the text, for providers that do not say how many they bill
 */
export function readHttpSmsAnswer(result: WireResult, segments: number): SendOutcome {
  if (result.kind === "not_written") {
    return { kind: "not_sent", code: result.code, detail: result.detail, retryAfterMs: null, raw: "" };
  }
  if (result.kind === "lost") return unknownOutcome(result.code, result.detail, "");
  const raw = keepRaw(result.body);
  const json = parseJsonBody(result.body);
  if (result.status < 200 || result.status >= 300) return readError(result, json, raw);
  const accepted = acceptedSchema.safeParse(json);
  if (!accepted.success) return unknownOutcome("bad_response", `HTTP ${result.status} without a message's sid`, raw);
  const { sid, num_segments: billed } = accepted.data;
  return { kind: "accepted", carrierIds: [sid], segments: billed === 0 ? segments : billed, raw };
}

function readError(result: Extract<WireResult, { kind: "response" }>, json: unknown, raw: string): SendOutcome {
  const error = errorSchema.safeParse(json);
  const code = error.success ? String(error.data.code) : `http_${result.status}`;
  const detail = error.success && error.data.message !== "" ? error.data.message : `HTTP ${result.status}`;
  // 408 is a proxy giving up on us: what the provider did with the request is not said.
  if (result.status >= 500 || result.status === 408) return unknownOutcome(code, detail, raw);
  if (result.status === 429 || (error.success && busyCodes.has(error.data.code))) {
    return { kind: "not_sent", code, detail, retryAfterMs: result.retryAfterMs ?? 1_000, raw };
  }
  return { kind: "refused", code, detail, carrierIds: [], raw };
}
