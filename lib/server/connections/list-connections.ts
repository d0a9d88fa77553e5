import { isLoopbackHost } from "@/lib/domain/connection/loopback";
import { CHANNEL_CODE } from "@/lib/domain/vocabulary";
import type { z } from "zod";
import {
  CONNECTION_CHANNEL,
  httpSmsConfig,
  smppConfig,
  viberConfig,
  whatsAppConfig,
  type ConnectionKind,
} from "@/lib/schemas/connection";
import { webhookAddress } from "./webhook-address";
import type { ConnectionRow, ConnectionStatus, ReceiptIntake } from "@/lib/schemas/connection-list";
import { can } from "@/lib/domain/permissions";
import { channelOfCode } from "../dispatch/attempt-rows";
import { INTAKE_FRESH_MS } from "../dispatch/receipts/beat-intake";
import { authorise, type TenantContext } from "../tenant-context";

const DAY_MS = 86_400_000;
/** Enough for an honest share; looking at more would cost a busy account seconds. */
const NEWEST_MESSAGES = 2_000;

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
  readonly status: ConnectionStatus;
  readonly breaker_until: Date | null;
  readonly breaker_reason: string | null;
};

/** The account's carrier links with their health, by channel and age: the first active one of a channel is the one that sends. */
export async function listConnections(ctx: TenantContext, addresses: ConnectionAddresses): Promise<ConnectionRow[]> {
  authorise(ctx, "connections:read");
  const [{ rows }, traffic, intake] = await Promise.all([
    ctx.sql.query<Row>(
      `SELECT id, kind, channel, name, config, webhook_token, rate_per_second, status, breaker_until, breaker_reason
         FROM connection WHERE account_id = $1 ORDER BY channel, created_at, id LIMIT 200`,
      [ctx.accountId],
    ),
    readTraffic(ctx),
    readIntakes(ctx),
  ]);
  const mayRegister = ctx.actor.kind === "user" && can(ctx.actor.role, "connections:write");
  return rows.map((row) => {
    const { sender, host, isSandbox } = describeConfig(row.kind, row.config);
    const seen = traffic.get(row.id);
    const resting = row.breaker_until !== null && row.breaker_until > ctx.now();
    return {
      id: row.id,
      kind: row.kind,
      channel: channelOfCode(row.channel),
      name: row.name,
      sender,
      host,
      status: row.status,
      breaker:
        resting && row.breaker_until ? { untilIso: row.breaker_until.toISOString(), code: row.breaker_reason } : null,
      ratePerSecond: row.rate_per_second,
      lastSuccessAt: seen?.lastSuccessAt?.toISOString() ?? null,
      recent: { attempts: seen?.attempts ?? 0, failed: seen?.failed ?? 0 },
      intake: intake(row.kind, row.id),
      webhookUrl: mayRegister ? webhookAddress(row.kind, row.webhook_token, addresses.webUrl) : null,
      ledgerUrl: isSandbox ? addresses.sandboxUrl : null,
    };
  });
}

type Traffic = { readonly attempts: number; readonly failed: number; readonly lastSuccessAt: Date | null };

/** By connection. A send without an answer counts among the failed: whoever looks here asks whether the link works. */
async function readTraffic(ctx: TenantContext): Promise<ReadonlyMap<string, Traffic>> {
  const { rows } = await ctx.sql.query<{ connection_id: string; attempts: number; failed: number; last: Date | null }>(
    `SELECT a.connection_id, count(*)::int AS attempts,
            count(*) FILTER (WHERE a.status < 40 OR a.status = 60)::int AS failed,
            max(coalesce(a.read_at, a.delivered_at, a.outcome_at)) FILTER (WHERE a.status >= 40 AND a.status <> 60) AS last
       FROM (SELECT id FROM message
              WHERE shard = $1 AND account_id = $2 AND id >= dispatch_id_floor($3)
              ORDER BY id DESC LIMIT ${NEWEST_MESSAGES}) m
       JOIN attempt a ON a.shard = $1 AND a.message_id = m.id AND a.account_id = $2
      GROUP BY a.connection_id`,
    [ctx.shard, ctx.accountId, new Date(ctx.now().getTime() - DAY_MS)],
  );
  return new Map(
    rows.map((row) => [row.connection_id, { attempts: row.attempts, failed: row.failed, lastSuccessAt: row.last }]),
  );
}

/** SMPP receipts come over the connection's own session; webhooks over whichever web process listens. */
async function readIntakes(ctx: TenantContext): Promise<(kind: ConnectionKind, id: string) => ReceiptIntake> {
  const { rows } = await ctx.sql.query<{ source: string; channel: number; lag_ms: number; backlog: number }>(
    `SELECT source, channel, lag_ms, backlog FROM receipt_intake WHERE beat_at > now() - make_interval(secs => $1)`,
    [INTAKE_FRESH_MS / 1_000],
  );
  const worst = (matching: typeof rows): ReceiptIntake =>
    matching.length === 0
      ? { state: "deaf" }
      : {
          state: "listening",
          lagMs: Math.max(...matching.map((row) => row.lag_ms)),
          backlog: matching.reduce((sum, row) => sum + row.backlog, 0),
        };
  return (kind, id) => {
    if (kind === "smpp") return worst(rows.filter((row) => row.source === `smpp:${id}:sms`));
    const code = CHANNEL_CODE[CONNECTION_CHANNEL[kind]];
    return worst(rows.filter((row) => row.channel === code && row.source.startsWith("web:")));
  };
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

const HTTP_CONFIG = { whatsapp_cloud: whatsAppConfig, viber_business: viberConfig, http_sms: httpSmsConfig } as const;

function senderOf(config: z.output<(typeof HTTP_CONFIG)[keyof typeof HTTP_CONFIG]>): string | null {
  if ("phoneNumberId" in config) return config.phoneNumberId;
  return "serviceId" in config ? String(config.serviceId) : (config.from ?? config.messagingServiceSid);
}
