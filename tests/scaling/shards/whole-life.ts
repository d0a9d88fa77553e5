import { randomUUID } from "node:crypto";
import { parseSendMessage } from "../../../lib/server/api/parse-send-message";
import { sendMessage } from "../../../lib/server/api/send-message";
import { getCampaign } from "../../../lib/server/campaigns/get-campaign";
import { getCampaignProgress } from "../../../lib/server/campaigns/get-campaign-progress";
import { listCampaigns } from "../../../lib/server/campaigns/list-campaigns";
import { forecastFallback } from "../../../lib/server/accounts/forecast-fallback";
import { hasPricedMessages } from "../../../lib/server/accounts/has-priced-messages";
import { listConnections } from "../../../lib/server/connections/list-connections";
import { readConservation } from "../../../lib/server/dispatch/conservation";
import { cancelCampaign } from "../../../lib/server/dispatch/campaigns/cancel-campaign";
import { launchCampaign } from "../../../lib/server/dispatch/campaigns/launch-campaign";
import { pauseCampaign } from "../../../lib/server/dispatch/campaigns/pause-campaign";
import { resumeCampaign } from "../../../lib/server/dispatch/campaigns/resume-campaign";
import { forgetNames, testCampaign, type TestDispatch } from "../../../lib/server/dispatch/dispatch.fixture";
import { expireOrphans, matchOrphans } from "../../../lib/server/dispatch/receipts/match-orphans";
import { leaseBlocks, releaseBlocks } from "../../../lib/server/dispatch/sending/claim-blocks";
import { loadItems } from "../../../lib/server/dispatch/sending/load-items";
import { splitBlocks } from "../../../lib/server/dispatch/sending/split-blocks";
import { createFactsCache } from "../../../lib/server/dispatch/campaign-facts";
import { recoverBlocks } from "../../../lib/server/dispatch/sending/recover-blocks";
import { isDue } from "../../../lib/server/dispatch/timers/run-timers";
import { completeCampaigns } from "../../../lib/server/dispatch/upkeep/complete-campaigns";
import { dropOldPartitions } from "../../../lib/server/dispatch/upkeep/drop-old-partitions";
import { foldRollups } from "../../../lib/server/dispatch/upkeep/fold-rollups";
import { dropOldBlocks } from "../../../lib/server/dispatch/upkeep/keep-partitions";
import { releaseStrayBlocks } from "../../../lib/server/dispatch/upkeep/release-stray-blocks";
import { getContact } from "../../../lib/server/contacts/get-contact";
import { getMessage } from "../../../lib/server/messages/get-message";
import { listMessages } from "../../../lib/server/messages/list-messages";
import { loadOverview } from "../../../lib/server/reports/load-overview";
import { loadReport } from "../../../lib/server/reports/load-report";
import { REQUEST_EXAMPLES } from "../../../lib/schemas/api/examples";
import type { TestAccount, TestDatabase } from "../../int/harness";
import { makeMonth } from "../id-clock";
import type { Recorder } from "./recorded-statements";

export type Life = {
  readonly database: TestDatabase;
  readonly account: TestAccount;
  readonly dispatch: TestDispatch;
  readonly recorder: Recorder;
};

/** Whatever a message can live through, by the use cases and steps that the product runs, so that their statements can be recorded. */
export async function liveThroughEverything(life: Life): Promise<void> {
  const campaignId = await campaign(life, { people: 24, route: "whatsapp-viber-sms" });
  await sendWithEveryOutcome(life, campaignId);
  await receiveEverything(life);
  await fallBack(life);
  await pauseResumeCancel(life);
  await recover(life);
  await splitByNumber(life);
  await useApi(life);
  await passByMemory(life);
  await restConnection(life);
  await look(life, campaignId);
  await keepHouse(life);
}

let people = 0;

async function campaign(
  { database, account, dispatch }: Life,
  wish: Parameters<typeof testCampaign>[2],
  beforeLaunch: () => Promise<void> = () => Promise.resolve(),
): Promise<string> {
  // Other people each time: WhatsApp takes one message in six seconds to a person.
  people += 100;
  const campaignId = await testCampaign(database, account, { firstPlace: people, ...wish });
  await beforeLaunch();
  await launchCampaign(account.as("marketer"), campaignId);
  await dispatch.plan(campaignId);
  return campaignId;
}

const NTH_OUTCOME = [
  { kind: "refused", code: "131026", detail: "", carrierIds: [], raw: "" },
  { kind: "refused", code: "131050", detail: "", carrierIds: [], raw: "" },
  { kind: "unknown", code: "timeout", detail: "", carrierIds: [], raw: "" },
  { kind: "not_sent", code: "131056", detail: "", retryAfterMs: null, raw: "" },
] as const;

async function sendWithEveryOutcome(
  { database, account, dispatch, recorder }: Life,
  campaignId: string,
): Promise<void> {
  const accept = dispatch.carriers.answer.whatsapp;
  dispatch.carriers.answer.whatsapp = (request, nth) => NTH_OUTCOME[nth] ?? accept(request, nth);
  const { rows } = await recorder.without(() =>
    database.sql.query("SELECT id FROM message WHERE campaign_id = $1 ORDER BY id", [campaignId]),
  );
  // Faster than the outcome of its own send.
  await dispatch.receive("whatsapp", [
    { reference: `${account.shard}.${String(rows[0]?.id)}.0.0`, kind: "sent", carrierId: "early" },
  ]);
  await dispatch.send();
  dispatch.clock.aheadMs += 7_000;
  await dispatch.send();
  dispatch.carriers.answer.whatsapp = accept;
}

async function receiveEverything({ dispatch }: Life): Promise<void> {
  const references = dispatch.carriers.calls.slice(4, 14).map(({ request }) => request.reference);
  const kinds = ["sent", "delivered", "read", "failed", "expired", "failed"] as const;
  const receipts = kinds.map((kind, i) => ({
    ...{ reference: references[i] ?? null, carrierId: `id-${references[i] ?? ""}`, kind },
    code: kind === "failed" ? (i === 5 ? "131050" : "131026") : null,
  }));
  await dispatch.receive("whatsapp", receipts);
  await dispatch.receive("whatsapp", receipts); // carriers repeat themselves
}

async function fallBack({ account, dispatch }: Life): Promise<void> {
  for (const channel of ["viber", "sms"] as const) {
    const before = dispatch.carriers.calls.length;
    dispatch.clock.aheadMs += 31_000;
    while ((await dispatch.fire()) > 0);
    await dispatch.receive(channel, [{ carrierId: "nobody-knows", kind: "delivered" }]);
    await dispatch.send();
    const own = dispatch.carriers.calls.slice(before).filter((call) => call.channel === channel);
    const carrierIds = own.map(({ request }) => `id-${request.reference}`);
    await dispatch.receive(
      channel,
      carrierIds.slice(0, 2).map((carrierId) => ({ carrierId, kind: "delivered" })),
    );
  }
  // Late, after the next channel has taken the message.
  const first = dispatch.carriers.calls[14]?.request.reference ?? "";
  await dispatch.receive("whatsapp", [{ reference: first, carrierId: `id-${first}`, kind: "delivered" }]);
  // The orphan's send commits only now.
  const { calls } = dispatch.carriers;
  const accept = dispatch.carriers.answer.sms;
  dispatch.carriers.answer.sms = async (request, nth) => {
    await dispatch.receive("sms", [{ carrierId: `id-${request.reference}`, kind: "delivered" }]);
    return accept(request, nth);
  };
  dispatch.clock.aheadMs += 31_000;
  while ((await dispatch.fire()) > 0);
  await dispatch.send();
  dispatch.carriers.answer.sms = accept;
  if (!calls.some(({ channel }) => channel === "sms")) throw new Error("Nothing fell back to SMS.");
  if (!(await isDue(dispatch.deps.sql, account.shard, dispatch.deps.now()))) throw new Error("No receipt waits.");
  await matchOrphans(dispatch.deps.sql, account.shard, dispatch.deps.now());
}

async function pauseResumeCancel(life: Life): Promise<void> {
  const { account, dispatch } = life;
  const marketer = account.as("marketer");
  const paused = await campaign(life, { people: 3 });
  await dispatch.send();
  await pauseCampaign(marketer, paused);
  dispatch.clock.aheadMs += 31_000;
  await dispatch.fire();
  await resumeCampaign(marketer, paused);
  await cancelCampaign(marketer, paused);
  while ((await dispatch.fire()) > 0);
  // A pause that comes between the decision to fire and the timers.
  const late = await campaign(life, { people: 2 });
  await dispatch.send();
  await life.recorder.without(() =>
    life.database.sql.query("UPDATE campaign SET status = 'paused' WHERE id = $1", [late]),
  );
  dispatch.clock.aheadMs += 31_000;
  await dispatch.fire();
  await cancelCampaign(marketer, late);
  // The carrier blames the sender: the campaign is paused and the refused are put aside.
  const faulty = await campaign(life, { people: 2 });
  const accept = dispatch.carriers.answer.whatsapp;
  dispatch.carriers.answer.whatsapp = () => ({ kind: "refused", code: "132001", detail: "", carrierIds: [], raw: "" });
  await dispatch.send();
  dispatch.carriers.answer.whatsapp = accept;
  await cancelCampaign(marketer, faulty);
}

/** A worker that dies with members in flight, and one that gives its block back. */
async function recover(life: Life): Promise<void> {
  const { database, account, dispatch, recorder } = life;
  const campaignId = await campaign(life, { people: 4 });
  const { rows } = await recorder.without(() =>
    database.sql.query("SELECT id FROM block WHERE campaign_id = $1", [campaignId]),
  );
  const ids = rows.map((row) => String(row.id));
  const owner = randomUUID();
  const held = await leaseBlocks(database.sql, account.shard, ids, owner, 60_000);
  await releaseBlocks(database.sql, owner, held, null);
  const [lost] = await leaseBlocks(database.sql, account.shard, ids, owner, -60_000);
  await recorder.without(() =>
    database.sql.query("UPDATE block SET in_flight = $3, cursor = 2 WHERE shard = $1 AND id = $2", [
      ...[account.shard, lost?.id, lost?.members.slice(0, 2)],
    ]),
  );
  await recoverBlocks(dispatch.deps, account.shard);
  await dispatch.send();
}

/** A block whose people go by two connections. */
async function splitByNumber(life: Life): Promise<void> {
  const { database, account, dispatch, recorder } = life;
  const campaignId = await campaign(life, { people: 4 });
  const { rows } = await recorder.without(() =>
    database.sql.query("SELECT id FROM block WHERE campaign_id = $1", [campaignId]),
  );
  const ids = rows.map((row) => String(row.id));
  const held = await leaseBlocks(database.sql, account.shard, ids, dispatch.deps.workerId, 60_000);
  const items = await loadItems(database.sql, createFactsCache(dispatch.deps.now), held);
  const parts = await splitBlocks(dispatch.deps, [{ items: items.slice(0, 1) }, { items: items.slice(1) }]);
  const blocks = new Set(parts.flatMap((part) => part.items.map((item) => item.block)));
  await releaseBlocks(database.sql, dispatch.deps.workerId, [...blocks], null);
  await dispatch.send();
}

/** People whom WhatsApp did not know a moment ago. */
async function passByMemory(life: Life): Promise<void> {
  const { account, database, dispatch, recorder } = life;
  const firstPlace = 9_000;
  const accept = dispatch.carriers.answer.whatsapp;
  dispatch.carriers.answer.whatsapp = () => ({ kind: "refused", code: "131026", detail: "", carrierIds: [], raw: "" });
  await campaign(life, { people: 1, firstPlace });
  await dispatch.send();
  await dispatch.fire();
  dispatch.carriers.answer.whatsapp = accept;
  await campaign(life, { people: 1, firstPlace });
  await dispatch.send();
  const one = await recorder.without(() =>
    database.db.contact.findFirstOrThrow({ where: { accountId: account.accountId } }),
  );
  await getContact(account.as("support"), one.id);
}

async function useApi({ account, dispatch }: Life): Promise<void> {
  const ctx = account.as("marketer");
  // By WhatsApp to somebody who has not written: it goes on without a call.
  const unasked = { ...REQUEST_EXAMPLES.text.value, route: "whatsapp-sms", to: "+37477009999" };
  for (const value of [REQUEST_EXAMPLES.text.value, REQUEST_EXAMPLES.code.value, unasked]) {
    const message = parseSendMessage({ ...value });
    const { messageId } = await sendMessage(ctx, message, randomUUID());
    await getMessage(account.as("support"), { id: messageId });
  }
  await dispatch.send();
  dispatch.clock.aheadMs += 120_000;
  while ((await dispatch.fire()) > 0);
  await dispatch.send();
}

/** People without a name for a text that needs it, and a connection that rests: the one is skipped, the other goes on without it. */
async function restConnection(life: Life): Promise<void> {
  const { database, account, dispatch } = life;
  await campaign(life, { people: 3, firstPlace: 9_000, body: "{{name}}, welcome." }, () =>
    forgetNames(database, account, 3),
  );
  await dispatch.send();
  dispatch.carriers.answer.whatsapp = () => ({ kind: "refused", code: "190", detail: "", carrierIds: [], raw: "" });
  await campaign(life, { people: 3 });
  await dispatch.send();
  await dispatch.deps.connections.refresh();
  await campaign(life, { people: 3, category: "utility" });
  await dispatch.send();
}

async function look({ account }: Life, campaignId: string): Promise<void> {
  const support = account.as("support");
  const marketer = account.as("marketer");
  const { rows } = await listMessages(support, {});
  const id = rows.at(-1)?.id ?? "1";
  await listMessages(support, { q: "0001" });
  await listMessages(support, { q: `msg_${id}`, campaign: campaignId });
  await listMessages(support, { campaign: campaignId, range: "7d", status: "delivered", channel: "sms" });
  await listMessages(support, { campaign: campaignId, before: id });
  await listMessages(support, { after: id });
  for (const row of rows) await getMessage(support, { id: row.id });
  await getCampaign(marketer, campaignId);
  await listCampaigns(marketer, {});
  await getCampaignProgress(marketer, campaignId);
  await listConnections(account.as("admin"), { webUrl: "http://localhost:3000", sandboxUrl: null });
  await loadOverview(marketer, { range: "7d" });
  await loadReport(marketer, { range: "7d" });
  await forecastFallback(account.as("admin"));
  await hasPricedMessages(account.as("admin").db, account.accountId);
}

async function keepHouse({ database, account, dispatch }: Life): Promise<void> {
  await releaseStrayBlocks(database.sql, account.shard);
  await completeCampaigns(dispatch.deps);
  await readConservation(database.sql, account.shard, { after: "0", limit: 1_000 });
  await foldRollups(database.sql);
  await dropOldBlocks(database.sql, account.shard);
  await expireOrphans(database.sql, account.shard);
  await makeMonth(database, -40);
  await dropOldPartitions({ ...dispatch.deps, now: Date.now }, 36);
}
