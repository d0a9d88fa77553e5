import "server-only";
import type { z } from "zod";
import { AppError, type AppErrorCode } from "@/lib/domain/app-error";
import type { Permission } from "@/lib/domain/permissions";
import type { TenantContext } from "../tenant-context";
import { requireTenant } from "./require-tenant";
import { parseInput, toClientError } from "./to-client-error";

export const HTTP_STATUS = {
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  invalid_input: 400,
  rate_limited: 429,
  budget_exceeded: 402,
  unavailable: 503,
  unexpected: 500,
} as const satisfies Record<AppErrorCode | "unexpected", number>;

type RouteContext = { params: Promise<Record<string, string | string[] | undefined>> };

/**
 * Makes the GET handler that a TanStack Query hook of the desk reads. Input: the path's and the query's parameters as strings
 * (use z.coerce). Answers { data } or { error: ClientError }; never cached.
 */
export function defineQuery<Schema extends z.ZodType, Result>(
  options: { readonly permission: Permission; readonly input: Schema },
  work: (ctx: TenantContext, input: z.output<Schema>) => Promise<Result>,
): (request: Request, context: RouteContext) => Promise<Response> {
  return async (request, context) => {
    const headers = { "cache-control": "no-store" };
    try {
      const ctx = await requireTenant(options.permission);
      const raw = { ...Object.fromEntries(new URL(request.url).searchParams), ...(await context.params) };
      return Response.json({ data: await work(ctx, parseInput(options.input, raw)) }, { headers });
    } catch (error) {
      const answer = await toClientError(error);
      const again: Record<string, string> = answer.code === "unavailable" ? { "retry-after": "5" } : {};
      return Response.json({ error: answer }, { status: HTTP_STATUS[answer.code], headers: { ...headers, ...again } });
    }
  };
}

/** For route handlers that change something by plain HTTP (an upload): the request must come from our own pages. */
export function requireSameOrigin(request: Request): void {
  const origin = request.headers.get("origin");
  const host = request.headers.get("x-forwarded-host") ?? request.headers.get("host");
  if (origin !== null && host !== null && URL.canParse(origin) && new URL(origin).host === host) return;
  throw new AppError("forbidden", "This request did not come from the desk.", { messageKey: "forbidden" });
}
