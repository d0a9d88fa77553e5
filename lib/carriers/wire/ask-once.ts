import type { LinkReason, LinkVerdict } from "@/lib/domain/connection/link-verdict";
import { parseJsonBody } from "./read-body";
import { createHttpPoster, type HttpPoster, type WireResult } from "./post-once";

type Ask = { readonly baseUrl: string; readonly wireTimeoutMs: number };

export type Answer = Extract<WireResult, { kind: "response" }>;

/** One question over HTTP, to see whether a link works; `read` judges an answer that came. */
export async function askOnce(
  { baseUrl, wireTimeoutMs }: Ask,
  question: (poster: HttpPoster) => Promise<WireResult>,
  read: (answer: Answer, json: unknown) => LinkVerdict,
): Promise<LinkVerdict> {
  const poster = createHttpPoster({ baseUrl, wireTimeoutMs, connections: 1 });
  try {
    const result = await question(poster);
    if (result.kind !== "response") return faulty(reasonOfFailure(result.code), result.code, result.detail);
    if (result.status >= 500) return faulty("carrier_fault", `http_${result.status}`, null);
    if (result.status === 429) return faulty("busy", "http_429", null);
    return read(result, parseJsonBody(result.body));
  } finally {
    await poster.close(0);
  }
}

export function faulty(reason: LinkReason, code: string | null, detail: string | null): LinkVerdict {
  return { state: "faulty", reason, code, detail: shorten(detail) };
}

/** What somebody says who is not the carrier: a login page, a proxy. */
export function notCarrier(answer: Answer): LinkVerdict {
  return faulty("not_carrier", `http_${answer.status}`, null);
}

const MAX_DETAIL = 300;

function shorten(detail: string | null): string | null {
  return detail === null || detail === "" ? null : detail.slice(0, MAX_DETAIL);
}

/** What became of an exchange without an answer, in the words of a verdict. */
export function reasonOfFailure(code: string): LinkReason {
  if (code === "dns" || code === "tls" || code === "timeout") return code;
  if (code === "connect_timeout") return "timeout";
  return code === "reset" ? "lost" : "refused";
}
