import { authenticateApiKey } from "../api-keys/authenticate-api-key";
import { defaultDependencies, type TenantContext } from "../tenant-context";
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
    try {
      const ctx = await authenticateApiKey(request.headers.get("authorization"), defaultDependencies());
      const left = spendToken(ctx);
      const response = await work(ctx, request, textParams(await context.params));
      response.headers.set("cache-control", "no-store");
      response.headers.set("ratelimit-limit", String(RATE_LIMIT.perSecond));
      response.headers.set("ratelimit-remaining", String(left));
      return response;
    } catch (error) {
      return toProblemResponse(error);
    }
  };
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
