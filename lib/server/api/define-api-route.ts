import { randomUUID } from "node:crypto";
import { authenticateApiKey } from "../api-keys/authenticate-api-key";
import { defaultDependencies, type TenantContext } from "../tenant-context";
import { noteApiRequest } from "../metrics/note-api-request";
import { ApiProblem, problemResponse, toProblemResponse } from "./api-problem";
import { RATE_LIMIT, takeToken, type TokenBuckets } from "./take-token";

/** Next resolves `params` to undefined where the path has none. */
type Params = Record<string, string | string[] | undefined>;
type RouteContext = { readonly params: Promise<Params> };
type Handler = (request: Request, context: RouteContext) => Promise<Response>;

const held = globalThis as typeof globalThis & { kamurjApiBuckets?: TokenBuckets };

/**
 * Makes a route of the public API: the key decides the account, its bucket how often, and every error becomes a problem document.
 * A route cannot forget any of it, because the work gets its context from here.
 */
export function defineApiRoute(
  work: (ctx: TenantContext, request: Request, params: Readonly<Record<string, string>>) => Promise<Response>,
): Handler {
  return async (request, context) => {
    const startedAt = performance.now();
    const requestId = requestIdOf(request.headers);
    let caller: TenantContext | null = null;
    const respond = async (): Promise<Response> => {
      const ctx = await authenticateApiKey(request.headers.get("authorization"), defaultDependencies());
      caller = ctx;
      const left = spendToken(ctx);
      const response = await work(ctx, request, textParams(await context.params));
      response.headers.set("cache-control", "no-store");
      response.headers.set("ratelimit-limit", String(RATE_LIMIT.perSecond));
      response.headers.set("ratelimit-remaining", String(left));
      return response;
    };
    const response = await respond().catch((error: unknown) => toProblemResponse(error, requestId));
    response.headers.set("x-request-id", requestId);
    const { id } = textParams(await context.params);
    noteApiRequest({ request, response, requestId, caller, messageId: id, tookMs: performance.now() - startedAt });
    return response;
  };
}

/** The caller's own, if it is a plain one; else ours. It stands in our log and in the answer. */
function requestIdOf(headers: Headers): string {
  const given = headers.get("x-request-id") ?? "";
  return /^[A-Za-z][\w-]{7,63}$/.test(given) ? given : `req_${randomUUID().replaceAll("-", "").slice(0, 20)}`;
}

/** For the methods that an address does not take. */
export function refuseMethod(...allowed: readonly string[]): () => Response {
  return () =>
    problemResponse("method-not-allowed", `This address takes ${allowed.join(" and ")} only.`, {
      headers: { allow: allowed.join(", ") },
    });
}

function spendToken(ctx: TenantContext): number {
  const buckets = (held.kamurjApiBuckets ??= new Map());
  const take = takeToken(buckets, ctx.actor.id ?? ctx.accountId, performance.now());
  if (take.ok) return take.left;
  throw new ApiProblem("rate-limited", `This key may send ${RATE_LIMIT.perSecond} requests a second.`, {
    headers: { "retry-after": String(take.retryAfterS) },
  });
}

function textParams(params: Params | undefined): Record<string, string> {
  return Object.fromEntries(
    Object.entries(params ?? {}).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}
