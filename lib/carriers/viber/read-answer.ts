import { z } from "zod";
import type { SendOutcome } from "@/lib/carriers/connector";
import type { WireResult } from "@/lib/carriers/wire/post-once";
import { keepRaw } from "@/lib/carriers/wire/keep-raw";
import { unknownOutcome } from "@/lib/carriers/wire/read-body";
import { parseViberJson } from "./parse-json";

const answerSchema = z.object({
  status: z.coerce.number().int(),
  message_token: z.union([z.string().min(1).max(64), z.number()]).optional(),
});

/** Names of the statuses, for people who read a message's history. */
const statusNames: Readonly<Record<number, string>> = {
  1: "internal failure",
  2: "bad service id",
  3: "bad data",
  5: "bad message type",
  6: "bad parameters",
  7: "timeout at Viber",
  8: "the user has blocked the service",
  9: "not a Viber user",
  10: "no suitable device",
  12: "too many requests",
  13: "not authorised",
  18: "content not allowed",
  20: "label not allowed",
  21: "limit of messages per session",
  27: "invalid phone number",
  401: "not authorised",
};

/** What tells Viber's two services apart, whose answers have one shape and numbers of their own. */
export type ViberDialect = {
  /** Stands before a status in our codes. */
  readonly prefix: string;
  readonly names: Readonly<Record<number, string>>;
  /** Viber could not say what became of it: neither a yes nor a no. */
  readonly unknown: ReadonlySet<number>;
};

/** Business Messages (wire facts, spec 11.3). */
const partnerDialect: ViberDialect = { prefix: "", names: statusNames, unknown: new Set([1, 7]) };
/** The same number in both. */
const tooManyRequests = 12;

/** HTTP is always 200 for what reached the service; any other number comes from a gateway before it. */
export function readViberAnswer(result: WireResult, dialect: ViberDialect = partnerDialect): SendOutcome {
  if (result.kind === "not_written") {
    return { kind: "not_sent", code: result.code, detail: result.detail, retryAfterMs: null, raw: "" };
  }
  if (result.kind === "lost") return unknownOutcome(result.code, result.detail, "");
  const raw = keepRaw(result.body);
  if (result.status < 200 || result.status >= 300) return readGatewayError(result, raw);
  const answer = answerSchema.safeParse(parseViberJson(result.body));
  if (!answer.success) return unknownOutcome("bad_response", `HTTP ${result.status} without a status`, raw);
  return readStatus(answer.data, raw, dialect);
}

function readStatus(answer: z.infer<typeof answerSchema>, raw: string, dialect: ViberDialect): SendOutcome {
  const { status, message_token: token } = answer;
  if (status === 0) {
    if (token === undefined) return unknownOutcome("bad_response", "status 0 without a message token", raw);
    return { kind: "accepted", carrierIds: [String(token)], raw };
  }
  const code = `${dialect.prefix}${status}`;
  const detail = dialect.names[status] ?? `Viber status ${status}`;
  if (dialect.unknown.has(status)) return unknownOutcome(code, detail, raw);
  if (status === tooManyRequests) return { kind: "not_sent", code, detail, retryAfterMs: 1_000, raw };
  return { kind: "refused", code, detail, carrierIds: [], raw };
}

function readGatewayError(result: Extract<WireResult, { kind: "response" }>, raw: string): SendOutcome {
  const code = `http_${result.status}`;
  const detail = `HTTP ${result.status}`;
  if (result.status >= 500 || result.status === 408) return unknownOutcome(code, detail, raw);
  if (result.status === 429) {
    return { kind: "not_sent", code, detail, retryAfterMs: result.retryAfterMs ?? 1_000, raw };
  }
  return { kind: "refused", code, detail, carrierIds: [], raw };
}
