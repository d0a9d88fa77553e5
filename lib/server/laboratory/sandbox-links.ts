import { isLoopbackHost } from "@/lib/domain/connection/loopback";
import type { ConnectionKind } from "@/lib/schemas/connection";
import type { SandboxLink } from "@/lib/schemas/laboratory";
import { channelOfCode } from "../dispatch/attempt-rows";
import type { TenantContext } from "../tenant-context";

/** A link with the name that the sandbox knows it by: phone number id, service id, system id, account sid. */
export type NamedLink = SandboxLink & { readonly kind: ConnectionKind; readonly sandboxName: string };

type Row = {
  readonly id: string;
  readonly kind: ConnectionKind;
  readonly channel: number;
  readonly name: string;
  readonly sandbox_name: string;
  readonly base_url: string | null;
  readonly host: string | null;
};

const NAME = `CASE c.kind WHEN 'whatsapp_cloud' THEN c.config->>'phoneNumberId' WHEN 'viber_business' THEN c.config->>'serviceId'
  WHEN 'smpp' THEN c.config->>'systemId' WHEN 'http_sms' THEN c.config->>'accountSid' ELSE c.id::text END`;

/**
 * The account's connections that lead to this installation's sandbox. The sandbox is shared by all accounts and knows a sender by
 * its name alone: a name belongs to the account that used it first, and nobody else sees or steers what is sent by it.
 */
export async function findSandboxLinks(ctx: TenantContext, sandboxUrl: string | null): Promise<readonly NamedLink[]> {
  if (sandboxUrl === null) return [];
  const { rows } = await ctx.sql.query<Row>(
    `SELECT c.id, c.kind, c.channel, c.name, c.config->>'baseUrl' AS base_url, c.config->>'host' AS host, ${NAME} AS sandbox_name
       FROM connection c
      WHERE c.account_id = $1 AND c.status <> 'deleted' AND ${NAME} IS NOT NULL
        AND NOT EXISTS (SELECT FROM (SELECT c2.*, ${NAME.replaceAll("c.", "c2.")} AS other_name FROM connection c2
                                      WHERE c2.account_id <> $1 AND c2.kind = c.kind AND c2.status <> 'deleted') AS theirs
                         WHERE theirs.other_name = ${NAME} AND theirs.created_at <= c.created_at)
      ORDER BY c.channel, c.created_at, c.id LIMIT 200`,
    [ctx.accountId],
  );
  return rows
    .filter((row) => leadsTo(row, sandboxUrl))
    .map(({ id, kind, channel, name, sandbox_name: sandboxName }) => {
      return { id, kind, name, sandboxName, channel: channelOfCode(channel) };
    });
}

/** Over HTTP its very port; SMPP has another, and what else listens there on this machine is a sandbox too or nobody. */
function leadsTo({ kind, base_url: baseUrl, host }: Row, sandboxUrl: string): boolean {
  if (kind === "smpp") return host !== null && isLoopbackHost(host);
  if (baseUrl === null || !URL.canParse(baseUrl)) return false;
  const [url, sandbox] = [new URL(baseUrl), new URL(sandboxUrl)];
  return url.host === sandbox.host || (isLoopbackHost(url.hostname) && url.port === sandbox.port);
}
