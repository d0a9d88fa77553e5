import type { TemplateContent } from "@/lib/domain/template-content";
import { LANE, type RouteKey } from "@/lib/domain/vocabulary";
import { createDraw, type Draw } from "./draw";
import { weekdayOf } from "./history-clock";
import { API_TRAFFIC, POLICY_CHANGED } from "./history-plan";
import type { Traffic } from "./history-rows";
import { liveMessage, type Life } from "./live-message";
import type { DemoContact } from "./make-imports";
import type { Story } from "./story";
import { leased } from "./tell-campaign";

export type ApiTemplates = Readonly<
  Record<"code" | "transaction", { readonly id: string; readonly content: TemplateContent }>
>;

const DAYS = 30;

/** Codes and notices that the bank's systems sent by the API, day by day, more by day than by night. */
export function tellApiTraffic(
  story: Story,
  contacts: readonly DemoContact[],
  templates: ApiTemplates,
  apiKeyId: string,
  scale: number,
): Traffic {
  const traffic: Traffic = { messages: [], blocks: [], lives: [] };
  for (let daysAgo = DAYS - 1; daysAgo >= 0; daysAgo -= 1) {
    const draw = createDraw(`${story.seed}:api:${daysAgo}`);
    for (const moment of momentsOf(story, draw, daysAgo, scale)) {
      const contact = draw.pick(contacts as readonly [DemoContact, ...DemoContact[]]);
      const kind = draw.weighted(API_TRAFFIC.kinds);
      const own = createDraw(`${story.seed}:api:${daysAgo}:${moment}:${contact.e164}`);
      if (moment <= story.clock.untilMs)
        tellOne(story, traffic, { kind, contact, templates, apiKeyId, draw: own, moment });
    }
  }
  return traffic;
}

/** Drawn for the whole day, in order: what is left out of today is its end. */
function momentsOf(story: Story, draw: Draw, daysAgo: number, scale: number): readonly number[] {
  const weekday = weekdayOf(story.clock.at(daysAgo, 12));
  const isWeekend = weekday === 0 || weekday === 6;
  const wanted = API_TRAFFIC.perDay * scale * (isWeekend ? API_TRAFFIC.weekendShare : 1) * draw.between(0.92, 1.08);
  const weights = Object.fromEntries(API_TRAFFIC.hours.map((weight, hour) => [String(hour), weight]));
  return Array.from({ length: Math.round(wanted) }, () => {
    const hour = Number(draw.weighted(weights));
    return story.clock.at(daysAgo, hour) + draw.whole(0, 3_599_999);
  }).sort((a, b) => a - b);
}

type ApiCall = {
  readonly kind: "code" | "transaction";
  readonly contact: DemoContact;
  readonly templates: ApiTemplates;
  readonly apiKeyId: string;
  readonly draw: Draw;
  readonly moment: number;
};

function tellOne(story: Story, traffic: Traffic, call: ApiCall): void {
  const { kind, contact, draw, templates } = call;
  const { id: templateId, content } = templates[kind];
  const { category } = content;
  const route: RouteKey = kind === "code" ? "whatsapp-sms" : "viber-sms";
  const waitS = kind === "code" ? 20 : call.moment < story.clock.at(...POLICY_CHANGED) ? 60 : 45;
  const vars = kind === "code" ? { code: String(draw.whole(100_000, 999_999)) } : transactionOf(draw);
  const { id, atMs } = story.blockIds.next(call.moment);
  const messageId = id.toString();
  const { e164, country } = contact;
  const block = { id: messageId, campaignId: null, step: 0, lane: LANE[category], size: 1 };
  traffic.messages.push({
    ...{ id: messageId, campaignId: null, contactId: null, e164, country, vars, route, queuedAtMs: atMs },
    api: { apiKeyId: call.apiKeyId, category, route, templateId, waitS },
  });
  traffic.blocks.push({ ...block, state: 2, availableAtMs: atMs, firstId: messageId, members: null, cursor: 1 });
  traffic.lives.push(
    live(story, draw, {
      ...{ route, firstSendAtMs: atMs + draw.whole(15, 90), draw },
      item: {
        ...{ block: leased(story, block), messageId, accountId: story.account.accountId, campaignId: null },
        ...{ e164, country, category, mode: "inherit", waitS, content, vars },
      },
    }),
  );
}

function live(story: Story, draw: Draw, message: Parameters<typeof liveMessage>[0]): Life {
  const { e164, category, waitS } = message.item;
  return liveMessage(message, {
    prices: story.account.prices,
    connections: story.account.connections,
    untilMs: story.clock.untilMs + 300_000,
    policyAt: story.policyAt,
    campaignStatusAt: () => null,
    suppressionAt: (atMs) => story.suppressionAt(e164, category, atMs),
    behaviourOf: (channel, atMs) => story.behaviour({ e164, channel, category, atMs, waitS, mustArrive: false }, draw),
  });
}

const PLACES = [
  "Երևան Սիթի",
  "SAS",
  "Yandex Go",
  "Կարֆուր",
  "Դեղատուն",
  "Wildberries",
  "Team Telecom",
  "Բենզալցակայան",
] as const;

function transactionOf(draw: Draw): Record<string, string> {
  return {
    card: `··${draw.whole(1000, 9999)}`,
    amount: amountOf(draw.around(6_200, 0.9)),
    place: draw.pick(PLACES),
    balance: amountOf(draw.around(240_000, 0.9)),
  };
}

/** Whole tens of drams, thousands apart by a no-break space. */
function amountOf(value: number): string {
  return String(Math.max(100, Math.round(value / 10) * 10)).replace(/\B(?=(\d{3})+$)/g, "\u00a0");
}
