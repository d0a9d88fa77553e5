import { isLoopbackHost } from "@/lib/domain/connection/loopback";
import type { z } from "zod";
import {
  httpSmsConfig,
  smppConfig,
  viberBotConfig,
  viberConfig,
  whatsAppConfig,
  type ConnectionKind,
} from "@/lib/schemas/connection";
import { WEBHOOK_KIND, webhookAddress } from "./webhook-address";
import type { ConnectionRow, ConnectionStatus } from "@/lib/schemas/connection-list";
import { can } from "@/lib/domain/permissions";
import { breakerState } from "@/lib/domain/dispatch/breaker";
import { channelOfCode } from "../dispatch/attempt-rows";
import { authorise, type TenantContext } from "../tenant-context";
import { NO_TRAFFIC, readIntakes, readTraffic } from "./connection-health";
import { NO_CALLS, readCarrierCalls } from "./note-carrier-call";
import { restOf } from "./open-breaker";
import { readConnectionRates, type ConnectionRate } from "./shared-rate";

/** Where this installation is reached, for webhooks, and the ledger of its sandbox if it has one. */
export type ConnectionAddresses = { readonly webUrl: string; readonly sandboxUrl: string | null };

type Row = {
  readonly id: string;
  readonly kind: ConnectionKind;
  readonly channel: number;
  readonly name: string;
  readonly config: unknown;
  readonly webhook_token: string;
  readonly rate_per_second: number;
  readonly prefixes: readonly string[];
  readonly priority: number;
  readonly created_at: Date;
  readonly status: ConnectionStatus;
  readonly breaker_until: Date | null;
  readonly breaker_reason: string | null;
  readonly breaker_since: Date | null;
};

/** The account's carrier links with their health, by channel, and within it in the order of `compareByAge`. */
export async function listConnections(ctx: TenantContext, addresses: ConnectionAddresses): Promise<ConnectionRow[]> {
  authorise(ctx, "connections:read");
  const [{ rows }, traffic, intake, rates, calls] = await Promise.all([
    ctx.sql.query<Row>(
      `SELECT id, kind, channel, name, config, webhook_token, rate_per_second, prefixes, priority, created_at, status, breaker_until,
              breaker_reason, breaker_since
         FROM connection WHERE account_id = $1 AND status <> 'deleted' ORDER BY channel, priority, created_at, id LIMIT 200`,
      [ctx.accountId],
    ),
    readTraffic(ctx),
    readIntakes(ctx.sql),
    readConnectionRates(ctx.sql, ctx.accountId),
    readCarrierCalls(ctx.sql, ctx.accountId),
  ]);
  const mayRegister = ctx.actor.kind === "user" && can(ctx.actor.role, "connections:write");
  return rows.map((row) => {
    const { sender, host, isSandbox } = describeConfig(row.kind, row.config);
    const { lastSuccessAt, ...recent } = traffic.get(row.id) ?? NO_TRAFFIC;
    return {
      ...{ id: row.id, kind: row.kind, channel: channelOfCode(row.channel), name: row.name, sender, host },
      status: row.status,
      breaker: describeBreaker(row, ctx.now()),
      ...{ prefixes: row.prefixes, priority: row.priority, createdAtMs: row.created_at.getTime() },
      ratePerSecond: row.rate_per_second,
      slowed: describeRate(rates.get(row.id)),
      lastSuccessAt: lastSuccessAt?.toISOString() ?? null,
      recent,
      intake: intake(row.kind, row.id),
      calls: WEBHOOK_KIND[row.kind] === null ? null : (calls.get(row.id) ?? NO_CALLS),
      webhookUrl: mayRegister ? webhookAddress(row.kind, row.webhook_token, addresses.webUrl) : null,
      ledgerUrl: isSandbox ? addresses.sandboxUrl : null,
    };
  });
}

function describeBreaker(row: Row, now: Date): ConnectionRow["breaker"] {
  const rest = restOf(row);
  if (rest === null) return null;
  return {
    state: breakerState(rest.untilMs, now.getTime()) === "open" ? "resting" : "trying",
    untilIso: new Date(rest.untilMs).toISOString(),
    sinceIso: row.breaker_since?.toISOString() ?? null,
    code: rest.reason === "" ? null : rest.reason,
  };
}

/** Below this share of the configured rate people should know; the last steps back up are of no interest. */
const NOTABLE_SHARE = 0.95;

function describeRate(rate: ConnectionRate | undefined): ConnectionRow["slowed"] {
  if (rate === undefined || rate.nowPerSecond >= rate.configuredPerSecond * NOTABLE_SHARE) return null;
  const { nowPerSecond, pausedUntilMs } = rate;
  return { nowPerSecond, pausedUntilIso: pausedUntilMs === null ? null : new Date(pausedUntilMs).toISOString() };
}

type ConfigView = { readonly sender: string | null; readonly host: string | null; readonly isSandbox: boolean };

/** A row that cannot be read must not take the page with it: the worker leaves it out too. */
function describeConfig(kind: ConnectionKind, config: unknown): ConfigView {
  if (kind === "smpp") {
    const parsed = smppConfig.safeParse(config);
    if (!parsed.success) return { sender: null, host: null, isSandbox: false };
    const { host, port, sourceAddr } = parsed.data;
    return { sender: sourceAddr, host: `${host}:${port}`, isSandbox: isLoopbackHost(host) };
  }
  const parsed = HTTP_CONFIG[kind].safeParse(config);
  if (!parsed.success) return { sender: null, host: null, isSandbox: false };
  const url = new URL(parsed.data.baseUrl);
  return { sender: senderOf(parsed.data), host: url.host, isSandbox: isLoopbackHost(url.hostname) };
}

const HTTP_CONFIG = {
  whatsapp_cloud: whatsAppConfig,
  viber_business: viberConfig,
  viber_bot: viberBotConfig,
  http_sms: httpSmsConfig,
} as const;

function senderOf(config: z.output<(typeof HTTP_CONFIG)[keyof typeof HTTP_CONFIG]>): string | null {
  if ("phoneNumberId" in config) return config.phoneNumberId;
  if ("senderName" in config) return config.senderName;
  return "serviceId" in config ? String(config.serviceId) : (config.from ?? config.messagingServiceSid);
}
