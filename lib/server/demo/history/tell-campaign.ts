import { usedVariables } from "@/lib/domain/template/used-variables";
import type { TemplateContent } from "@/lib/domain/template-content";
import { LANE, type CampaignStatus } from "@/lib/domain/vocabulary";
import type { LeasedBlock } from "../../dispatch/sending/claim-blocks";
import { createDraw, uuidOf } from "./draw";
import type { CampaignPlan } from "./history-plan";
import type { BlockRow, CampaignRow, MessageRow, Traffic } from "./history-rows";
import { liveMessage, type Life } from "./live-message";
import type { DemoAudience, DemoContact } from "./make-imports";
import type { Story } from "./story";

const SLICE = 1_000;

type Planned = {
  readonly contact: DemoContact;
  readonly message: MessageRow;
  readonly block: Omit<BlockRow, "state" | "cursor">;
  readonly sendAtMs: number;
};

/**
 * One campaign from its launch to its end, as planner and sender make it: slices of a thousand of the audience in the order of
 * contact ids, each with its block; whoever had opted out by then left out; sends one after the other at the campaign's rate.
 *
 * @returns null if it would not be over by now
 */
export function tellCampaign(
  story: Story,
  plan: CampaignPlan,
  content: TemplateContent,
  audience: DemoAudience,
): { readonly campaign: CampaignRow; readonly traffic: Traffic } | null {
  const launchedAtMs = story.clock.at(...plan.when) + 21_000;
  const estimatedMs = (audience.members.length / plan.ratePerSecond) * 1_000 + plan.waitS * 3_000 + 60_000;
  if (launchedAtMs + estimatedMs > story.clock.untilMs) return null;
  const id = uuidOf(`${story.seed}:campaign:${plan.key}`);
  const planning = planAudience(story, plan, content, audience, { id, launchedAtMs });
  const stop = stopOf(plan, planning.planned);
  stopLatecomers(story, plan, planning.planned);
  const lives = planning.planned
    .slice(0, stop?.count ?? planning.planned.length)
    .map((planned) => live(story, plan, content, planned, stop));
  const settledAtMs = Math.max(launchedAtMs, ...lives.map((life) => life.settledAtMs));
  const status: CampaignStatus = plan.end?.as ?? "completed";
  return {
    campaign: {
      ...{ id, name: plan.name, status, category: content.category, templateKey: plan.template },
      ...{ audienceId: audience.id, route: plan.route, waitS: plan.waitS, mode: plan.mode, launchedAtMs },
      plannedCount: planning.planned.length,
      excludedCount: audience.members.length - planning.planned.length,
      lastContactId: audience.members.at(-1)?.id ?? null,
      createdAtMs: launchedAtMs - createDraw(`${story.seed}:draft:${plan.key}`).whole(7, 46) * 60_000,
      plannedAtMs: planning.plannedAtMs,
      stoppedAtMs: stop?.atMs ?? null,
      finishedAtMs: status === "paused" ? null : (stop?.atMs ?? settledAtMs + 1_400),
    },
    traffic: {
      messages: planning.planned.map(({ message }) => message),
      blocks: closeBlocks(planning.planned, plan, stop),
      lives,
    },
  };
}

function planAudience(
  story: Story,
  plan: CampaignPlan,
  content: TemplateContent,
  audience: DemoAudience,
  campaign: { readonly id: string; readonly launchedAtMs: number },
): { readonly planned: Planned[]; readonly plannedAtMs: number } {
  // Only variables that the template uses are kept with the message.
  const variables = new Set(usedVariables(content));
  const draw = createDraw(`${story.seed}:sending:${plan.key}`);
  const planned: Planned[] = [];
  let plannedAtMs = campaign.launchedAtMs + 700;
  const startMs = plannedAtMs + 900;
  for (let from = 0; from < audience.members.length; from += SLICE) {
    plannedAtMs += draw.whole(90, 180);
    const kept = audience.members
      .slice(from, from + SLICE)
      .filter((contact) => story.suppressionAt(contact.e164, content.category, plannedAtMs) === null);
    if (kept.length === 0) continue;
    const { id: first, atMs } = story.blockIds.next(plannedAtMs);
    const firstId = first.toString();
    const block = {
      ...{ id: firstId, campaignId: campaign.id, step: 0, lane: LANE[content.category], availableAtMs: atMs },
      ...{ firstId, size: kept.length, members: null },
    };
    kept.forEach((contact, ordinal) => {
      const sendAtMs = Math.round(startMs + (planned.length / plan.ratePerSecond) * 1_000 + draw.whole(0, 180));
      const message: MessageRow = {
        ...{ id: (first + BigInt(ordinal)).toString(), campaignId: campaign.id, contactId: contact.id },
        ...{ e164: contact.e164, country: contact.country, vars: valuesOf(contact, variables), api: null },
        ...{ route: plan.route, queuedAtMs: atMs },
      };
      planned.push({ contact, message, block, sendAtMs });
    });
  }
  return { planned, plannedAtMs };
}

function valuesOf(contact: DemoContact, variables: ReadonlySet<string>): Record<string, string> | null {
  const all = Object.entries({ name: contact.name ?? "", ...contact.attributes });
  const used = all.filter(([key]) => variables.has(key));
  return used.length === 0 ? null : Object.fromEntries(used);
}

type Stop = { readonly count: number; readonly atMs: number };

function stopOf(plan: CampaignPlan, planned: readonly Planned[]): Stop | null {
  if (plan.end === undefined) return null;
  const count = Math.floor(planned.length * plan.end.share);
  if (count >= planned.length) return null;
  return { count, atMs: Math.max(...planned.slice(0, count).map(({ sendAtMs }) => sendAtMs), 0) + 250 };
}

/** People of the last slice who answered an earlier campaign while this one was already being sent. */
function stopLatecomers(story: Story, plan: CampaignPlan, planned: readonly Planned[]): void {
  for (let i = 0; i < (plan.lateStops ?? 0); i += 1) {
    const late = planned[planned.length - 40 - i * 61];
    if (late === undefined || late.sendAtMs - late.message.queuedAtMs < 60_000) continue;
    const atMs = late.message.queuedAtMs + 47_000 + i * 8_300;
    const evidence = { channel: "whatsapp", text: "STOP", carrierId: null };
    story.suppress([{ e164: late.message.e164, reason: "stop", atMs, evidence }]);
  }
}

function live(story: Story, plan: CampaignPlan, content: TemplateContent, planned: Planned, stop: Stop | null): Life {
  const { message, block, sendAtMs } = planned;
  const { category } = content;
  const draw = createDraw(`${story.seed}:${plan.key}:${message.e164}`);
  // A wait that is open at the moment of pausing would have to be held.
  const isOpenAtPause = (atMs: number): boolean =>
    plan.end?.as === "paused" && stop !== null && atMs + plan.waitS * 1_000 + 5_000 > stop.atMs;
  const life = liveMessage(
    {
      route: plan.route,
      firstSendAtMs: sendAtMs,
      draw,
      item: {
        block: leased(story, block),
        ...{ messageId: message.id, accountId: story.account.accountId, campaignId: message.campaignId },
        ...{ e164: message.e164, country: message.country, category, mode: plan.mode, waitS: plan.waitS, content },
        vars: message.vars ?? {},
      },
    },
    {
      prices: story.account.prices,
      connections: story.account.connections,
      untilMs: story.clock.untilMs,
      policyAt: story.policyAt,
      campaignStatusAt: (atMs) => (stop !== null && atMs >= stop.atMs ? (plan.end?.as ?? "running") : "running"),
      suppressionAt: (atMs) => story.suppressionAt(message.e164, category, atMs),
      behaviourOf: (channel, atMs) =>
        story.behaviour(
          { e164: message.e164, channel, category, atMs, waitS: plan.waitS, mustArrive: isOpenAtPause(atMs) },
          draw,
        ),
    },
  );
  if (category === "marketing") story.suppress(life.refusals);
  return life;
}

/** As the sender held it; only the shard matters to the rules. */
export function leased(
  story: Story,
  block: { readonly id: string; readonly campaignId: string | null; readonly lane: number; readonly size: number },
): LeasedBlock {
  const { shard, accountId } = story.account;
  const { id, campaignId, lane, size } = block;
  return { shard, id, accountId, campaignId, step: 0, try: 0, lane, left: size, epoch: 1, members: [], cursor: 0 };
}

function closeBlocks(planned: readonly Planned[], plan: CampaignPlan, stop: Stop | null): BlockRow[] {
  const blocks = [...new Set(planned.map(({ block }) => block))];
  let before = 0;
  return blocks.map((block) => {
    const cursor = stop === null ? block.size : Math.min(block.size, Math.max(0, stop.count - before));
    before += block.size;
    const state = cursor === block.size ? 2 : plan.end?.as === "paused" ? 3 : 4;
    return { ...block, cursor, state };
  });
}
