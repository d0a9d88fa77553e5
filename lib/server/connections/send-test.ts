import { AppError } from "@/lib/domain/app-error";
import { plainContent, ROUTE_BY_FIRST_CHANNEL } from "@/lib/domain/template/plain-content";
import type { ConnectionTestInput } from "@/lib/schemas/connection-test";
import { againOnCollision } from "../api/send-message";
import { recordAudit } from "../audit/record-audit";
import type { Tx } from "../db/prisma";
import { channelOfCode } from "../dispatch/attempt-rows";
import { enqueueMessage } from "../dispatch/enqueue-message";
import { authorise, type TenantContext } from "../tenant-context";
import { getStored } from "./find-stored";
import { readTestNumber } from "./quote-test";

/** A minute and account. */
export const MOST_TESTS = 5;
const PER_MS = 60_000;

/** Plain GSM 7-bit, so that it is one segment everywhere. */
const TEST_CONTENT = plainContent("Kamurj: this is a test message. The connection works.", "en", "utility");

/**
 * Queues one message by this very connection and no other, without fallback; opt-outs count as for any message. Message and entry in
 * the audit log are one transaction, which holds the connection's row: a pause comes either before, and nothing is queued, or after,
 * and the test waits like everything else.
 *
 * @throws AppError not_found (also for a connection of another account), conflict while it is paused, invalid_input for what is no
 *   mobile number, rate_limited after {@link MOST_TESTS} in a minute, whoever of the account sent them
 */
export async function sendTest(
  ctx: TenantContext,
  input: ConnectionTestInput,
): Promise<{ readonly messageId: string }> {
  authorise(ctx, "connections:write");
  return againOnCollision(() => ctx.transaction((tx) => queueTest(tx, ctx, input)));
}

async function queueTest(tx: Tx, ctx: TenantContext, { connectionId, to }: ConnectionTestInput) {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended('connection_test:' || ${ctx.accountId}, 0))`;
  await tx.$executeRaw`SELECT 1 FROM connection WHERE account_id = ${ctx.accountId}::uuid AND id = ${connectionId}::uuid FOR SHARE`;
  const { name, channel, status } = await getStored(tx, ctx, connectionId);
  const account = await tx.account.findUniqueOrThrow({ where: { id: ctx.accountId } });
  const recipient = readTestNumber(to, account.defaultCountry);
  if (status !== "active") {
    throw new AppError("conflict", "The connection is paused. Resume it first.", {
      messageKey: "connection.testPaused",
    });
  }
  await refuseTooMany(tx, ctx);
  const { messageId } = await enqueueMessage(tx, ctx, {
    ...{ e164: recipient.e164, country: recipient.country, vars: {}, category: "utility", content: TEST_CONTENT },
    ...{ route: ROUTE_BY_FIRST_CHANNEL[channelOfCode(channel)], fallbackMode: "off", waitS: account.waitUtilityS },
    ...{ templateId: null, templateVersion: null, apiKeyId: null, pinnedConnectionId: connectionId },
  });
  await recordAudit(tx, ctx, { action: "connection.tested", target: connectionId, detail: { name } });
  return { messageId };
}

/** Counted in the newest entries of the audit log only, so that a long log costs nothing. */
async function refuseTooMany(tx: Tx, ctx: TenantContext): Promise<void> {
  const since = new Date(ctx.now().getTime() - PER_MS);
  const rows = await tx.$queryRaw<{ n: number }[]>`
    SELECT count(*)::int AS n
      FROM (SELECT action, at FROM audit_entry WHERE account_id = ${ctx.accountId}::uuid ORDER BY seq DESC LIMIT 1000) newest
     WHERE action = 'connection.tested' AND at > ${since}`;
  if ((rows[0]?.n ?? 0) < MOST_TESTS) return;
  throw new AppError("rate_limited", `At most ${MOST_TESTS} tests a minute. Try again shortly.`, {
    messageKey: "connection.tooManyTests",
    values: { max: MOST_TESTS },
  });
}
