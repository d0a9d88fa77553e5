import type { TemplateContent } from "@/lib/domain/template-content";
import { authorise, type TenantContext } from "../tenant-context";
import { ApiProblem } from "./api-problem";

type Found = { readonly id: string; readonly version: number; readonly content: TemplateContent };

/** A template in use with its current version, by id or by name. @throws ApiProblem template-not-found */
export async function findTemplate(
  ctx: TenantContext,
  asked: { readonly id?: string | undefined; readonly name?: string | undefined },
): Promise<Found> {
  authorise(ctx, "templates:read");
  const { rows } = await ctx.sql.query<Found>(
    `SELECT t.id, v.version, v.content FROM template t
       JOIN template_version v ON v.account_id = t.account_id AND v.template_id = t.id AND v.version = t.current_version
      WHERE t.account_id = $1 AND t.archived_at IS NULL AND ($2::uuid IS NULL OR t.id = $2) AND ($3::text IS NULL OR lower(t.name) = lower($3))`,
    [ctx.accountId, asked.id ?? null, asked.name ?? null],
  );
  if (rows[0] !== undefined) return rows[0];
  const pointer = asked.id === undefined ? "/template/name" : "/template/id";
  throw new ApiProblem("template-not-found", "The account has no such template in use. Nothing was sent.", {
    errors: [{ pointer, detail: "No template in use has it." }],
  });
}
