import type { TemplateContent } from "@/lib/domain/template-content";
import { LANE } from "@/lib/domain/vocabulary";
import { listDemoTemplates, type DemoTemplate } from "./demo-templates";
import { uuidOf } from "./draw";
import { createHistoryClock, type HistoryClock } from "./history-clock";
import { CAMPAIGNS } from "./history-plan";
import type { BlockRow, CampaignRow, Keyed, MessageRow, Traffic } from "./history-rows";
import type { Life, LifeRefusal } from "./live-message";
import { makeImports, type DemoContact, type DemoImport } from "./make-imports";
import { makePeople } from "./make-people";
import { createStory, type HistoryAccount, type Story } from "./story";
import { tellApiTraffic } from "./tell-api-traffic";
import { tellCampaign } from "./tell-campaign";

export type HistoryOptions = {
  readonly seed: string;
  readonly now: Date;
  /** 1: about 50,000 messages; smaller for tests. */
  readonly scale: number;
  /** Where the templates' pictures lie. */
  readonly imagesUrl: string;
};

/** Everything that the demo account has been doing for a month, before any of it is written. */
export type History = {
  readonly seed: string;
  readonly clock: HistoryClock;
  readonly account: HistoryAccount;
  readonly templates: readonly (DemoTemplate & Keyed)[];
  readonly contacts: readonly DemoContact[];
  readonly imports: readonly DemoImport[];
  readonly campaigns: readonly CampaignRow[];
  readonly apiKeyId: string;
  readonly messages: readonly MessageRow[];
  readonly blocks: readonly BlockRow[];
  readonly lives: readonly Life[];
  readonly suppressions: readonly LifeRefusal[];
};

const PEOPLE = 4_000;
const FEWEST_PEOPLE = 80;

/**
 * The month of a bank, made up but by the rules: what people, carriers and phones do is drawn from the seed, everything that follows
 * from it comes from the rules that real traffic goes by. The same seed on the same day tells the same month.
 */
export async function tellHistory(account: HistoryAccount, options: HistoryOptions): Promise<History> {
  const { seed, scale } = options;
  const clock = createHistoryClock(options.now);
  const story = createStory(seed, clock, account);
  const people = makePeople(seed, Math.max(FEWEST_PEOPLE, Math.round(PEOPLE * scale)));
  const { contacts, imports } = await makeImports(seed, people, clock);
  const templates = listDemoTemplates(options.imagesUrl).map((template) => ({
    ...template,
    id: uuidOf(`${seed}:template:${template.key}`),
  }));
  const templateOf = (key: string): { readonly id: string; readonly content: TemplateContent } => {
    const found = templates.find((template) => template.key === key);
    if (found === undefined) throw new Error(`The demo has no template ${key}.`);
    return found;
  };
  const told = tellCampaigns(story, imports, templateOf);
  const apiKeyId = uuidOf(`${seed}:api-key`);
  const apiTemplates = { code: templateOf("code"), transaction: templateOf("transaction") };
  const api = tellApiTraffic(story, contacts, apiTemplates, apiKeyId, scale);
  const lives = [...told.traffic.lives, ...api.lives];
  const messages = [...told.traffic.messages, ...api.messages];
  return {
    ...{ seed, clock, account, templates, contacts, imports, apiKeyId, lives, messages, campaigns: told.campaigns },
    blocks: [...told.traffic.blocks, ...api.blocks, ...nextStepBlocks(story, messages, lives, templateOf)],
    suppressions: story.listSuppressions().filter(({ atMs }) => atMs <= clock.untilMs),
  };
}

function tellCampaigns(
  story: Story,
  imports: readonly DemoImport[],
  templateOf: (key: string) => { readonly content: TemplateContent },
): { readonly campaigns: CampaignRow[]; readonly traffic: Traffic } {
  const campaigns: CampaignRow[] = [];
  const traffic: Traffic = { messages: [], blocks: [], lives: [] };
  for (const plan of CAMPAIGNS) {
    const audience = imports.find((one) => one.audience.key === plan.audience)?.audience;
    if (audience === undefined) throw new Error(`The demo has no audience ${plan.audience}.`);
    const told = tellCampaign(story, plan, templateOf(plan.template).content, audience);
    if (told === null) continue;
    campaigns.push(told.campaign);
    for (const message of told.traffic.messages) traffic.messages.push(message);
    for (const block of told.traffic.blocks) traffic.blocks.push(block);
    for (const life of told.traffic.lives) traffic.lives.push(life);
  }
  return { campaigns, traffic };
}

/** Decisions that came due together went on as one block. */
const TOGETHER_MS = 2_000;

function nextStepBlocks(
  story: Story,
  messages: readonly MessageRow[],
  lives: readonly Life[],
  templateOf: (key: string) => { readonly content: TemplateContent },
): BlockRow[] {
  const byId = new Map(messages.map((message) => [message.id, message]));
  const laneByCampaign = new Map(
    CAMPAIGNS.map((plan) => [
      uuidOf(`${story.seed}:campaign:${plan.key}`),
      LANE[templateOf(plan.template).content.category],
    ]),
  );
  const groups = new Map<string, Omit<BlockRow, "id" | "firstId" | "size" | "cursor"> & { members: string[] }>();
  for (const decision of lives.flatMap((life) => life.decisions)) {
    if (!decision.allowed) continue;
    const { campaignId, decidedAtMs } = decision;
    const api = byId.get(decision.messageId)?.api ?? null;
    const lane = (campaignId === null ? null : laneByCampaign.get(campaignId)) ?? LANE[api?.category ?? "utility"];
    const step = decision.step + 1;
    const key = [campaignId, step, lane, Math.floor(decidedAtMs / TOGETHER_MS)].join(":");
    const group = groups.get(key) ?? {
      campaignId,
      step,
      lane,
      state: 2 as const,
      availableAtMs: decidedAtMs,
      members: [],
    };
    group.members.push(decision.messageId);
    groups.set(key, group);
  }
  return [...groups.values()].map((group) => {
    const { id } = story.blockIds.next(group.availableAtMs);
    const size = group.members.length;
    return { ...group, id: id.toString(), firstId: group.members[0] ?? "0", size, cursor: size };
  });
}
