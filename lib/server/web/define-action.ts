import "server-only";
import type { z } from "zod";
import type { Permission } from "@/lib/domain/permissions";
import type { ActionResult } from "@/lib/schemas/action-result";
import type { TenantContext } from "../tenant-context";
import { requireTenant } from "./require-tenant";
import { parseInput, toClientError } from "./to-client-error";

/**
 * Makes a server action out of a use case. The permission is a required field, so nobody forgets it; the input is checked before
 * the use case sees it; an error becomes a value with words for a person.
 */
export function defineAction<Schema extends z.ZodType, Result>(
  options: { readonly permission: Permission; readonly input: Schema },
  work: (ctx: TenantContext, input: z.output<Schema>) => Promise<Result>,
): (input: z.input<Schema>) => Promise<ActionResult<Result>> {
  return async (input) => {
    try {
      const ctx = await requireTenant(options.permission);
      return { ok: true, data: await work(ctx, parseInput(options.input, input)) };
    } catch (error) {
      return { ok: false, error: await toClientError(error) };
    }
  };
}
