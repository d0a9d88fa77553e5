import { randomUUID } from "node:crypto";
import { messageIdFloor } from "@/lib/domain/dispatch/attempt-reference";
import type { TemplateContent } from "@/lib/domain/template-content";
import { ATTEMPT_STATUS_CODE, CHANNEL_CODE, ROUTES, type AttemptStatus, type RouteKey } from "@/lib/domain/vocabulary";
import type { TestAccount, TestDatabase } from "../../../tests/int/harness";

/** Rows as the dispatch service leaves them, written by hand: these tests are about reading. */
export const content: TemplateContent = {
  language: "en",
  category: "marketing",
  body: "Hello {{first_name|friend}}, 20% off this week.",
  whatsapp: { imageUrl: null, footer: null, buttons: [], templateName: "offer" },
  viber: {
    imageUrl: "https://example.com/a.png",
    button: { kind: "url", label: "Open", url: "https://example.com" },
  },
  sms: { text: null, keepLink: false },
};

const numbers = new Map<string, number>();

/** Accounts of one test file may share a shard: each has sequences of its own, as real blocks do. */
function numberOf(account: TestAccount): number {
  const known = numbers.get(account.accountId) ?? numbers.size;
  numbers.set(account.accountId, known);
  return known;
}

export function idAt(account: TestAccount, atMs: number, ordinal = 0, sequence = 0): string {
  const shard = BigInt(account.shard) << 16n;
  return String(
    BigInt(messageIdFloor(atMs)) | shard | (BigInt(numberOf(account) * 2 + sequence) << 10n) | BigInt(ordinal),
  );
}

export type SendFixture = {
  readonly step?: number;
  readonly status: AttemptStatus;
  readonly sentAtMs: number;
  readonly errorCode?: string;
  readonly segments?: number;
  readonly costMicros?: number;
};

export type MessageFixture = {
  readonly id: string;
  readonly e164?: string;
  readonly campaignId?: string | null;
  readonly route?: RouteKey;
  readonly category?: string;
  readonly sends?: readonly SendFixture[];
  readonly vars?: Record<string, string>;
  readonly content?: TemplateContent;
};

export async function writeMessage(
  database: TestDatabase,
  account: TestAccount,
  message: MessageFixture,
): Promise<void> {
  const { id, campaignId = null, route = "viber-sms", e164 = "+37477169083" } = message;
  const own = campaignId === null;
  await database.sql.query(
    `INSERT INTO message (shard, id, account_id, campaign_id, e164, country, vars, category, route, content, wait_s, fallback_mode)
     VALUES ($1, $2, $3, $4, $5, 'AM', $6, $7, $8, $9, $10, $11)`,
    [
      account.shard,
      id,
      account.accountId,
      campaignId,
      e164,
      JSON.stringify(message.vars ?? { first_name: "Ani" }),
      own ? (message.category ?? "marketing") : null,
      own ? route : null,
      own ? JSON.stringify(message.content ?? content) : null,
      own ? 90 : null,
      own ? "inherit" : null,
    ],
  );
  for (const send of message.sends ?? []) {
    const step = send.step ?? 0;
    const at = new Date(send.sentAtMs);
    if (step > 0)
      await writeDecision(database, account, { id, campaignId, step: step - 1, at: new Date(send.sentAtMs - 200) });
    const done = send.status === "delivered" || send.status === "read";
    await database.sql.query(
      `INSERT INTO attempt (shard, message_id, step, try, status, channel, segments, cost_micros, account_id, campaign_id,
                            connection_id, country, category, sent_at, outcome_at, delivered_at, error_code, carrier_id)
       VALUES ($1, $2, $3, 0, $4, $5, $6, $7, $8, $9, $10, 'AM', 2, $11, $11, $12, $13, 'c1')`,
      [
        account.shard,
        id,
        step,
        ATTEMPT_STATUS_CODE[send.status],
        CHANNEL_CODE[ROUTES[route][step] ?? "sms"],
        send.segments ?? 0,
        send.costMicros ?? 0,
        account.accountId,
        campaignId,
        randomUUID(),
        at,
        done ? new Date(send.sentAtMs + 3_500) : null,
        send.errorCode ?? null,
      ],
    );
  }
}

/** A campaign with everything that it refers to. */
export async function writeCampaign(database: TestDatabase, account: TestAccount, status = "running"): Promise<string> {
  const { accountId } = account;
  const [id, templateId, audienceId] = [randomUUID(), randomUUID(), randomUUID()];
  const name = `Offer ${id.slice(0, 6)}`;
  await database.db.template.create({
    data: { accountId, id: templateId, name, category: "marketing", language: "en", currentVersion: 1 },
  });
  await database.db.templateVersion.create({ data: { accountId, templateId, version: 1, content } });
  await database.db.audience.create({ data: { accountId, id: audienceId, name } });
  await database.db.campaign.create({
    data: {
      accountId,
      id,
      name,
      status,
      category: "marketing",
      templateId,
      templateVersion: 1,
      audienceId,
      route: "viber-sms",
      waitS: 90,
    },
  });
  return id;
}

export async function writeBlock(
  database: TestDatabase,
  account: TestAccount,
  block: { readonly id: string; readonly campaignId: string | null; readonly size: number; readonly state?: number },
): Promise<void> {
  await database.sql.query(
    `INSERT INTO block (shard, id, account_id, campaign_id, step, lane, state, available_at, first_id, size)
     VALUES ($1, $2, $3, $4, 0, 2, $5, now(), $2, $6)`,
    [account.shard, block.id, account.accountId, block.campaignId, block.state ?? 2, block.size],
  );
}

async function writeDecision(
  database: TestDatabase,
  account: TestAccount,
  of: { readonly id: string; readonly campaignId: string | null; readonly step: number; readonly at: Date },
): Promise<void> {
  await database.sql.query(
    `INSERT INTO fallback_decision (shard, message_id, step, account_id, campaign_id, allowed, trigger, policy_version,
                                    policy_source, wait_s, receipt_lag_ms, decided_at)
     VALUES ($1, $2, $3, $4, $5, true, 'silence', 12, 'account', 90, 400, $6)`,
    [account.shard, of.id, of.step, account.accountId, of.campaignId, of.at],
  );
}
