import { summarise } from "@/lib/domain/reports/rates";
import { can } from "@/lib/domain/permissions";
import { AppError } from "@/lib/domain/app-error";
import type { FallbackState } from "@/lib/schemas/accounts-fallback";
import { SUMS, toGroup, type SumRow } from "../reports/read-rollup";
import { authorise, type TenantContext } from "../tenant-context";

const SHOWN_ADMINS = 3;

type AccountRow = {
  enabled: boolean;
  changed_at: Date | null;
  changed_by: string | null;
  policy_version: number;
  wait_authentication_s: number;
  wait_utility_s: number;
  wait_marketing_s: number;
  unknown_is_undelivered: boolean;
  skips_unreachable: boolean;
  currency: string;
  day_began: Date;
};

/**
 * The switch as it is at this moment, with what it did today. Every open page asks for it each second, so that all see a flip
 * within 2 s: one row of the account and today's rollup rows, nothing that grows with messages.
 */
export async function loadFallback(ctx: TenantContext): Promise<FallbackState> {
  authorise(ctx, "overview:read");
  const account = await readAccount(ctx);
  const mayFlip = ctx.actor.kind !== "user" || can(ctx.actor.role, "fallback:write");
  const [today, admins] = await Promise.all([
    readToday(ctx, account.day_began),
    mayFlip ? Promise.resolve([]) : listAdmins(ctx),
  ]);
  return {
    enabled: account.enabled,
    changedAt: account.changed_at?.toISOString() ?? null,
    changedBy: account.changed_by,
    policy: {
      waitAuthenticationS: account.wait_authentication_s,
      waitUtilityS: account.wait_utility_s,
      waitMarketingS: account.wait_marketing_s,
      unknownIsUndelivered: account.unknown_is_undelivered,
      skipsUnreachable: account.skips_unreachable,
    },
    policyVersion: account.policy_version,
    currency: account.currency,
    today,
    admins,
  };
}

async function readAccount(ctx: TenantContext): Promise<AccountRow> {
  const { rows } = await ctx.sql.query<AccountRow>(
    `SELECT a.sms_fallback_enabled AS enabled, a.sms_fallback_changed_at AS changed_at, u.name AS changed_by,
            a.policy_version, a.wait_authentication_s, a.wait_utility_s, a.wait_marketing_s, a.unknown_is_undelivered, a.skips_unreachable,
            a.currency, date_trunc('day', $2::timestamptz AT TIME ZONE a.time_zone) AT TIME ZONE a.time_zone AS day_began
       FROM account a LEFT JOIN app_user u ON u.id = a.sms_fallback_changed_by
      WHERE a.id = $1`,
    [ctx.accountId, ctx.now()],
  );
  const row = rows[0];
  if (row === undefined) throw new AppError("not_found", "No such account.", { messageKey: "notFound" });
  return row;
}

async function readToday(ctx: TenantContext, dayBegan: Date): Promise<FallbackState["today"]> {
  const { rows } = await ctx.sql.query<SumRow>(
    `SELECT channel, step, kind, CASE WHEN kind = 'fallback_denied' THEN code ELSE '' END AS code, ${SUMS} FROM rollup
      WHERE account_id = $1 AND hour >= $2 GROUP BY 1, 2, 3, 4`,
    [ctx.accountId, dayBegan],
  );
  const figures = summarise(rows.map(toGroup));
  return {
    rescued: figures.rescued,
    costMicros: figures.fallbackCostMicros,
    doubleReaches: figures.doubleReaches,
    deniedBySwitch: figures.deniedBySwitch,
  };
}

async function listAdmins(ctx: TenantContext): Promise<string[]> {
  const { rows } = await ctx.sql.query<{ name: string }>(
    `SELECT u.name FROM membership m JOIN app_user u ON u.id = m.user_id AND u.disabled_at IS NULL
      WHERE m.account_id = $1 AND m.role = 'admin' ORDER BY m.created_at, u.id LIMIT $2`,
    [ctx.accountId, SHOWN_ADMINS],
  );
  return rows.map((row) => row.name);
}
