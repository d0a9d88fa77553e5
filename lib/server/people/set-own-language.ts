import type { Locale } from "@/lib/domain/vocabulary";
import type { TenantContext } from "../tenant-context";
import { requireUser } from "./change-own-password";

/** Remembers the language a person reads in, for the next sign-in and for mails. Not audited: it concerns nobody else. */
export async function setOwnLanguage(ctx: TenantContext, input: { readonly locale: Locale }): Promise<void> {
  await ctx.db.user.update({ where: { id: requireUser(ctx) }, data: { locale: input.locale } });
}
