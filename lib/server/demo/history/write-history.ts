import { messageIdFloor } from "@/lib/domain/dispatch/attempt-reference";
import { ROUTES } from "@/lib/domain/vocabulary";
import { recordAudit } from "../../audit/record-audit";
import { makeApiKey } from "../../api-keys/api-key-format";
import type { ContextDependencies } from "../../tenant-context";
import { tenantContext, type Actor } from "../../tenant-context";
import type { Tx } from "../../db/prisma";
import { insertAttempts } from "../../dispatch/write-attempts";
import { RECEIPT_KIND_CODE, type ReceiptKind } from "../../dispatch/receipts/evidence-rows";
import { packPage } from "../../dispatch/receipts/receipt-page";
import { createRollupBatch } from "../../dispatch/rollup-batch";
import { uuidOf } from "./draw";
import { POLICY_CHANGED, SWITCHED_ON } from "./history-plan";
import { insertRecords, sqlOf } from "./insert-records";
import { API_KEY_NAME, LIFTED_BECAUSE, manualOptOuts, tellAudit, type AuditEvent } from "./tell-audit";
import type { History } from "./tell-history";

/** Writes the month, in the caller's transaction. */
export async function writeHistory(tx: Tx, history: History, dependencies: ContextDependencies): Promise<void> {
  const { clock } = history;
  await tx.$queryRaw`SELECT ensure_dispatch_partitions(to_timestamp(${clock.at(34, 0)}::bigint / 1000.0)::date, 4)`;
  await writeAccount(tx, history);
  await writeTemplates(tx, history);
  await writePeople(tx, history);
  await writeCampaigns(tx, history);
  const prefix = await writeApiKey(tx, history);
  await writeMessages(tx, history);
  await writeEvidence(tx, history);
  await writeRollups(tx, history);
  await writeSuppressions(tx, history);
  await writeAudit(tx, history, dependencies, prefix);
}

async function writeAccount(tx: Tx, { account, clock }: History): Promise<void> {
  const beganAt = new Date(clock.at(34, 9, 30));
  const { accountId } = account;
  await tx.account.update({
    where: { id: accountId },
    data: {
      createdAt: beganAt,
      smsFallbackEnabled: true,
      smsFallbackChangedAt: new Date(clock.at(...SWITCHED_ON)),
      smsFallbackChangedBy: account.people.admin.id,
      policyVersion: 3,
      waitUtilityS: 45,
    },
  });
  await tx.connection.updateMany({ where: { accountId }, data: { createdAt: beganAt } });
  await tx.membership.updateMany({ where: { accountId }, data: { createdAt: beganAt } });
  const ofAccount = { lastAccountId: accountId };
  await tx.user.updateMany({ where: ofAccount, data: { createdAt: beganAt } });
  if (clock.at(...POLICY_CHANGED) > clock.nowMs) throw new Error("The history lies in the past.");
}

async function writeTemplates(tx: Tx, { account, clock, templates }: History): Promise<void> {
  const { accountId } = account;
  const createdBy = account.people.marketer.id;
  for (const { id, name, content, daysAgo, hour } of templates) {
    const createdAt = new Date(clock.at(daysAgo, hour));
    const { category, language } = content;
    await tx.template.create({
      data: { accountId, id, name, category, language, currentVersion: 1, createdBy, createdAt, updatedAt: createdAt },
    });
    await tx.templateVersion.create({ data: { accountId, templateId: id, version: 1, content, createdBy, createdAt } });
  }
}

async function writePeople(tx: Tx, { account, contacts, imports }: History): Promise<void> {
  const account_id = account.accountId;
  const created_by = account.people.marketer.id;
  await insertRecords(
    tx,
    "contact",
    {
      ...{ account_id: "uuid", id: "uuid", e164: "text", country: "text", name: "text", language: "text" },
      ...{ attributes: "jsonb", created_at: "ms", updated_at: "ms" },
    },
    contacts,
    ({ id, e164, country, name, language, attributes, createdAtMs, updatedAtMs }) => ({
      ...{
        account_id,
        id,
        e164,
        country,
        name,
        language,
        attributes,
        created_at: createdAtMs,
        updated_at: updatedAtMs,
      },
    }),
  );
  for (const one of imports) {
    const { audience } = one;
    const defaultAudience = { kind: "new", name: audience.name };
    await tx.audience.create({
      data: {
        accountId: account_id,
        id: audience.id,
        name: audience.name,
        createdBy: created_by,
        createdAt: new Date(one.atMs),
      },
    });
    await insertRecords(
      tx,
      "audience_member",
      { account_id: "uuid", audience_id: "uuid", contact_id: "uuid", added_at: "ms" },
      audience.members,
      (contact) => ({
        ...{ account_id, audience_id: audience.id, contact_id: contact.id, added_at: one.atMs },
      }),
    );
    const refused = one.issues.filter((issue) => issue.kind === "refused").length;
    await tx.contactImport.create({
      data: {
        ...{ accountId: account_id, id: one.id, audienceId: audience.id, createdBy: created_by, status: "completed" },
        ...{ fileName: one.fileName, fileBytes: one.fileBytes, dialect: one.dialect },
        mapping: { columns: [...one.columns], defaultCountry: "AM", audience: defaultAudience },
        ...{ totalRows: one.totalRows, processedRows: one.totalRows, imported: one.imported, updated: one.updated },
        ...{ refused, duplicates: one.issues.length - refused },
        createdAt: new Date(one.atMs - 96_000),
        startedAt: new Date(one.atMs - 22_000),
        heartbeatAt: new Date(one.atMs - 24_000),
        finishedAt: new Date(one.atMs),
      },
    });
    await insertRecords(
      tx,
      "import_issue",
      { account_id: "uuid", import_id: "uuid", row_number: "integer", kind: "text", reason: "text", value: "text" },
      one.issues,
      ({ line, kind, reason, value }) => ({
        ...{ account_id, import_id: one.id, row_number: line, kind, reason, value },
      }),
    );
  }
}

async function writeCampaigns(tx: Tx, { account, campaigns, templates }: History): Promise<void> {
  const { accountId, people } = account;
  const date = (ms: number | null): Date | null => (ms === null ? null : new Date(ms));
  for (const row of campaigns) {
    const template = templates.find(({ key }) => key === row.templateKey);
    if (template === undefined) throw new Error(`No template ${row.templateKey}.`);
    await tx.campaign.create({
      data: {
        ...{ accountId, id: row.id, name: row.name, status: row.status, category: row.category, route: row.route },
        ...{ templateId: template.id, templateVersion: 1, audienceId: row.audienceId, waitS: row.waitS },
        ...{ fallbackMode: row.mode, plannedCount: row.plannedCount, excludedCount: row.excludedCount },
        ...{ planCursor: row.lastContactId, plannedAt: new Date(row.plannedAtMs) },
        ...{ createdBy: people.marketer.id, launchedBy: people.marketer.id },
        createdAt: new Date(row.createdAtMs),
        updatedAt: new Date(row.stoppedAtMs ?? row.finishedAtMs ?? row.plannedAtMs),
        launchedAt: new Date(row.launchedAtMs),
        finishedAt: date(row.finishedAtMs),
      },
    });
  }
}

/** Revoked, and nobody has ever seen it: it only names who sent the messages. @returns its public part */
async function writeApiKey(tx: Tx, { account, clock, apiKeyId }: History): Promise<string> {
  const { prefix, secretHash } = makeApiKey();
  await tx.apiKey.create({
    data: {
      ...{ accountId: account.accountId, id: apiKeyId, name: API_KEY_NAME, prefix, secretHash },
      createdBy: account.people.admin.id,
      createdAt: new Date(clock.at(33, 10, 12)),
      lastUsedAt: new Date(clock.untilMs),
      revokedAt: new Date(clock.untilMs),
    },
  });
  return prefix;
}

async function writeMessages(tx: Tx, { account, messages, blocks }: History): Promise<void> {
  const { shard, accountId: account_id } = account;
  await insertRecords(
    tx,
    "message",
    {
      ...{ shard: "smallint", id: "bigint", account_id: "uuid", campaign_id: "uuid", contact_id: "uuid", e164: "text" },
      ...{ country: "text", vars: "jsonb", api_key_id: "uuid", category: "text", route: "text", template_id: "uuid" },
      ...{ template_version: "integer", wait_s: "integer", fallback_mode: "text" },
    },
    messages,
    ({ id, campaignId, contactId, e164, country, vars, api }) => ({
      ...{ shard, id, account_id, campaign_id: campaignId, contact_id: contactId, e164, country, vars },
      ...{ api_key_id: api?.apiKeyId ?? null, category: api?.category ?? null, route: api?.route ?? null },
      ...{ template_id: api?.templateId ?? null, template_version: api === null ? null : 1 },
      ...{ wait_s: api?.waitS ?? null, fallback_mode: api === null ? null : "inherit" },
    }),
  );
  await insertRecords(
    tx,
    "block",
    {
      ...{
        shard: "smallint",
        id: "bigint",
        account_id: "uuid",
        campaign_id: "uuid",
        step: "smallint",
        lane: "smallint",
      },
      ...{ state: "smallint", available_at: "ms", first_id: "bigint", size: "integer", members: "bigint[]" },
      ...{ cursor: "integer", epoch: "integer" },
    },
    blocks,
    ({ id, campaignId, step, lane, state, availableAtMs, firstId, size, members, cursor }) => ({
      ...{ shard, id, account_id, campaign_id: campaignId, step, lane, state, available_at: availableAtMs },
      ...{ first_id: firstId, size, members, cursor, epoch: cursor > 0 ? 1 : 0 },
    }),
  );
}

const ATTEMPTS_AT_ONCE = 3_000;

async function writeEvidence(tx: Tx, { account, lives }: History): Promise<void> {
  const { shard } = account;
  const attempts = lives.flatMap((life) => life.attempts);
  for (let from = 0; from < attempts.length; from += ATTEMPTS_AT_ONCE) {
    await insertAttempts(sqlOf(tx), shard, attempts.slice(from, from + ATTEMPTS_AT_ONCE));
  }
  await writeReceipts(
    tx,
    shard,
    lives.flatMap((life) => life.receipts),
  );
  await insertRecords(
    tx,
    "carrier_ref",
    {
      ...{ shard: "smallint", connection_id: "uuid", carrier_id: "text", message_id: "bigint", step: "smallint" },
      ...{ try: "smallint", part: "smallint" },
    },
    lives.flatMap((life) => life.carrierRefs),
    (one) => ({
      ...{ shard, connection_id: one.connectionId, carrier_id: one.carrierId, message_id: one.messageId },
      ...{ step: one.step, try: 0, part: one.part },
    }),
  );
  await writeDecisions(tx, { account, lives });
}

const RECEIPTS_A_PAGE = 250;

/** As they come in: pages that share a commit, here a few hundred receipts of the same hours. */
async function writeReceipts(tx: Tx, shard: number, receipts: History["lives"][number]["receipts"]): Promise<void> {
  for (let from = 0; from < receipts.length; from += RECEIPTS_A_PAGE) {
    const page = receipts.slice(from, from + RECEIPTS_A_PAGE);
    const payload = await packPage(page.map(({ raw }) => raw));
    // The low bits hold the page's number: no two share an id.
    const atMs = page[0]?.receivedAtMs ?? 0;
    const pageId = BigInt(messageIdFloor(atMs)) | (BigInt(shard) << 16n) | BigInt(from / RECEIPTS_A_PAGE);
    await tx.$executeRaw`INSERT INTO receipt_page (shard, id, payload) VALUES (${shard}::smallint, ${pageId}, ${payload})`;
    await insertRecords(
      tx,
      "receipt_evidence",
      {
        ...{ shard: "smallint", message_id: "bigint", step: "smallint", try: "smallint", kind: "smallint" },
        ...{ part: "smallint", carrier_at: "ms", received_at: "ms", page_id: "bigint", page_item: "smallint" },
        ...{ connection_id: "uuid", code: "text", carrier_id: "text" },
      },
      page.map((receipt, item) => ({ receipt, item })),
      ({ receipt, item }) => ({
        ...{
          shard,
          message_id: receipt.messageId,
          step: receipt.step,
          try: 0,
          kind: RECEIPT_KIND_CODE[receipt.kind as ReceiptKind],
        },
        ...{ part: receipt.part, carrier_at: receipt.carrierAtMs, received_at: receipt.receivedAtMs },
        ...{ page_id: pageId.toString(), page_item: item, connection_id: receipt.connectionId },
        ...{ code: receipt.code, carrier_id: receipt.carrierId },
      }),
    );
  }
}

async function writeDecisions(tx: Tx, { account, lives }: Pick<History, "account" | "lives">): Promise<void> {
  const { shard, accountId: account_id } = account;
  await insertRecords(
    tx,
    "fallback_decision",
    {
      ...{ shard: "smallint", message_id: "bigint", step: "smallint", account_id: "uuid", campaign_id: "uuid" },
      ...{ allowed: "boolean", trigger: "text", denial: "text", error_code: "text", policy_version: "integer" },
      ...{ policy_source: "text", wait_s: "integer", due_at: "ms", receipt_lag_ms: "integer", decided_at: "ms" },
    },
    lives.flatMap((life) => life.decisions),
    (one) => ({
      ...{ shard, message_id: one.messageId, step: one.step, account_id, campaign_id: one.campaignId },
      ...{ allowed: one.allowed, trigger: one.trigger, denial: one.denial, error_code: one.errorCode },
      ...{ policy_version: one.policyVersion, policy_source: one.policySource, wait_s: one.waitS },
      ...{ due_at: one.dueAtMs, receipt_lag_ms: one.lagMs, decided_at: one.decidedAtMs },
    }),
  );
  await insertRecords(
    tx,
    "skipped_send",
    { shard: "smallint", message_id: "bigint", step: "smallint", account_id: "uuid", reason: "text", at: "ms" },
    lives.flatMap((life) => life.skips),
    (one) => ({
      ...{ shard, message_id: one.messageId, step: one.step, account_id, reason: one.reason, at: one.atMs },
    }),
  );
}

/** The very deltas that real traffic appends, folded at once. */
async function writeRollups(tx: Tx, { account, messages, lives }: History): Promise<void> {
  const { accountId } = account;
  const rollups = createRollupBatch();
  const one = { accountId, n: 1, segments: 0, costMicros: 0 };
  for (const { campaignId, country, route, queuedAtMs } of messages) {
    const channel = ROUTES[route][0];
    rollups.add({ ...one, campaignId, country, channel, step: 0, atMs: queuedAtMs, kind: "message", code: "" });
  }
  for (const life of lives) {
    for (const attempt of life.attempts) rollups.move(null, attempt);
    for (const { campaignId, country, channel, step, allowed, denial, trigger, decidedAtMs } of life.decisions) {
      const kind = allowed ? "fallback" : "fallback_denied";
      rollups.add({ ...one, campaignId, country, channel, step, atMs: decidedAtMs, kind, code: denial ?? trigger });
    }
    for (const { campaignId, country, channel, step, reason, atMs } of life.skips) {
      rollups.add({ ...one, campaignId, country, channel, step, atMs, kind: "skipped", code: reason });
    }
  }
  await rollups.write(sqlOf(tx));
  await tx.$executeRaw`
    WITH taken AS (DELETE FROM rollup_delta WHERE account_id = ${accountId}::uuid RETURNING *)
    INSERT INTO rollup_hour (account_id, hour, campaign_id, channel, step, country, kind, code, n, segments, cost_micros)
    SELECT account_id, hour, campaign_id, channel, step, country, kind, code, sum(n), sum(segments), sum(cost_micros)
      FROM taken GROUP BY 1, 2, 3, 4, 5, 6, 7, 8`;
}

async function writeSuppressions(tx: Tx, history: History): Promise<void> {
  const { account, seed, suppressions } = history;
  const account_id = account.accountId;
  const base = {
    account_id,
    channel: null,
    category: "marketing",
    lifted_at: null,
    lifted_by: null,
    lifted_reason: null,
  };
  const note = "Asked by phone";
  await insertRecords(
    tx,
    "suppression",
    {
      ...{ account_id: "uuid", id: "uuid", e164: "text", channel: "smallint", category: "text", reason: "text" },
      ...{ evidence: "jsonb", created_at: "ms", lifted_at: "ms", lifted_by: "uuid", lifted_reason: "text" },
    },
    [
      ...suppressions.map(({ e164, reason, evidence, atMs }) => ({
        ...{ ...base, id: uuidOf(`${seed}:suppression:${e164}`), e164, reason, evidence, created_at: atMs },
      })),
      ...manualOptOuts(history).map(({ id, e164, atMs, liftedAtMs }) => ({
        ...{ ...base, id, e164, reason: "manual", created_at: atMs, lifted_at: liftedAtMs },
        evidence: { recorded_by: account.people.admin.name, note },
        ...(liftedAtMs === null ? {} : { lifted_by: account.people.admin.id, lifted_reason: LIFTED_BECAUSE }),
      })),
    ],
    (row) => row,
  );
}

async function writeAudit(tx: Tx, history: History, dependencies: ContextDependencies, prefix: string): Promise<void> {
  const { accountId, shard, people } = history.account;
  const actors: Record<AuditEvent["by"], Actor> = {
    admin: { kind: "user", ...people.admin, role: "admin" },
    marketer: { kind: "user", ...people.marketer, role: "marketer" },
    import: { kind: "system", id: null, name: "import" },
    dispatch: { kind: "system", id: null, name: "dispatch" },
  };
  for (const { atMs, by, entry } of tellAudit(history, prefix)) {
    const context = { accountId, shard, actor: actors[by] };
    await recordAudit(tx, tenantContext(context, { ...dependencies, now: () => new Date(atMs) }), entry);
  }
}
