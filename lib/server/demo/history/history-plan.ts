import type { FallbackMode, RouteKey } from "@/lib/domain/vocabulary";
import type { AudienceKey } from "./make-imports";

/** One campaign of the history, told from the day of seeding. */
export type CampaignPlan = {
  readonly key: string;
  readonly name: string;
  readonly template: string;
  readonly audience: AudienceKey;
  readonly route: RouteKey;
  readonly waitS: number;
  readonly mode: FallbackMode;
  /** Local time of the launch. */
  readonly when: readonly [daysAgo: number, hour: number, minute: number];
  readonly ratePerSecond: number;
  /** A person stopped it when this share had been sent. */
  readonly end?: { readonly as: "cancelled" | "paused"; readonly share: number };
  /** So many people said STOP after planning and before their turn. */
  readonly lateStops?: number;
};

/** WhatsApp took messages and delivered few of them. */
export const OUTAGE = { from: [13, 11, 20], to: [13, 12, 20] } as const;

/** Fallback was off before; the figures of the days before are what the forecast beside the switch was about. */
export const SWITCHED_ON = [24, 11, 23] as const;
/** From then on utility messages wait 45 s instead of 60 s. */
export const POLICY_CHANGED = [15, 9, 48] as const;

const NOVEMBER = { template: "november", mode: "inherit", waitS: 90 } as const;
const LOAN = { template: "loan", audience: "loans", ratePerSecond: 12 } as const;
const FRIDAY = { template: "black-friday", audience: "russian", mode: "inherit" } as const;

export const CAMPAIGNS: readonly CampaignPlan[] = [
  {
    ...{ ...NOVEMBER, key: "deposits", name: "Ավանդներ՝ 9,5 %", audience: "all", route: "whatsapp-sms" },
    ...{ when: [28, 11, 6], ratePerSecond: 18 },
  },
  {
    ...{ ...LOAN, key: "loan-1", name: "Վարկի հիշեցում · 1-ին ալիք", route: "viber-sms", mode: "on" },
    ...{ when: [26, 16, 30], waitS: 60 },
  },
  {
    ...{ key: "cards-hy", name: "Քարտերի վերաթողարկում", template: "card-hy", audience: "cards", mode: "inherit" },
    ...{ route: "viber-sms", when: [24, 10, 2], waitS: 60, ratePerSecond: 14 },
  },
  {
    ...{ ...NOVEMBER, key: "november-1", name: "Նոյեմբերյան առաջարկ · քարտապաններ", audience: "cards" },
    ...{ route: "whatsapp-viber-sms", when: [21, 12, 14], ratePerSecond: 16 },
  },
  {
    ...{ key: "cards-ru", name: "Доставка карт", template: "card-ru", audience: "russian", mode: "inherit" },
    ...{ route: "viber-sms", when: [18, 10, 35], waitS: 60, ratePerSecond: 10 },
  },
  {
    ...{ ...LOAN, key: "loan-2", name: "Վարկի հիշեցում · 2-րդ ալիք", route: "whatsapp-sms", mode: "inherit" },
    ...{ when: [15, 15, 3], waitS: 45 },
  },
  {
    ...{ ...NOVEMBER, key: "november-2", name: "Նոյեմբերյան առաջարկ · բոլորը", audience: "all" },
    ...{ route: "whatsapp-sms", when: [13, 11, 5], ratePerSecond: 2.2, lateStops: 2 },
  },
  {
    ...{ key: "premium", name: "Premium invitation", template: "premium", audience: "premium", mode: "off" },
    ...{ route: "whatsapp-sms", when: [11, 17, 40], waitS: 120, ratePerSecond: 8 },
  },
  {
    ...{ ...FRIDAY, key: "friday-1", name: "Чёрная пятница · ранний доступ", route: "whatsapp-viber-sms" },
    ...{ when: [9, 11, 30], waitS: 90, ratePerSecond: 10 },
  },
  {
    ...{ key: "app-1", name: "Հավելվածի թարմացում", template: "app", audience: "all", mode: "inherit" },
    ...{ route: "viber-sms", when: [7, 10, 12], waitS: 120, ratePerSecond: 20, end: { as: "cancelled", share: 0.31 } },
  },
  {
    ...{ key: "app-2", name: "Հավելվածի թարմացում · ուղղված", template: "app", audience: "all", mode: "inherit" },
    ...{ route: "viber-sms", when: [6, 12, 4], waitS: 120, ratePerSecond: 20 },
  },
  {
    ...{ ...NOVEMBER, key: "november-3", name: "Նոյեմբերյան առաջարկ · հիշեցում", audience: "cards" },
    ...{ route: "whatsapp-viber-sms", when: [3, 16, 20], ratePerSecond: 15 },
  },
  {
    ...{ ...FRIDAY, key: "friday-2", name: "Чёрная пятница", route: "viber-sms" },
    ...{ when: [2, 11, 10], waitS: 90, ratePerSecond: 12 },
  },
  {
    ...{ ...NOVEMBER, key: "november-4", name: "Նոյեմբերյան առաջարկ · վերջին օրերը", audience: "all", waitS: 60 },
    ...{ route: "whatsapp-sms", when: [1, 17, 35], ratePerSecond: 5, end: { as: "paused", share: 0.24 } },
  },
  {
    ...{ ...LOAN, key: "loan-3", name: "Վարկի հիշեցում · 3-րդ ալիք", route: "whatsapp-sms", mode: "inherit" },
    ...{ when: [0, 10, 5], waitS: 45 },
  },
];

/** Messages a day that the bank's own systems send by the API. */
export const API_TRAFFIC = {
  perDay: 700,
  weekendShare: 0.72,
  /** From local hour 0 on, in proportion. */
  hours: [4, 2, 1, 1, 1, 2, 8, 22, 45, 66, 74, 76, 70, 68, 70, 72, 74, 80, 84, 78, 62, 40, 22, 10],
  kinds: { code: 54, transaction: 46 },
} as const;
