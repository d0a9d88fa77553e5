import type { Core } from "../core";
import type { ViberBotSubscription } from "../subscriptions";

/** What a bot was told and its people did since the sandbox started. */
export type BotState = {
  webhookOf(bot: ViberBotSubscription): string | null;
  /** Null: taken away. */
  setWebhook(bot: ViberBotSubscription, url: string | null): void;
  hasLeft(bot: ViberBotSubscription, userId: string): boolean;
  leave(bot: ViberBotSubscription, userId: string): void;
  join(bot: ViberBotSubscription, userId: string): void;
};

const states = new WeakMap<Core, BotState>();

export function botState(core: Core): BotState {
  const known = states.get(core);
  if (known !== undefined) return known;
  const webhooks = new Map<string, string | null>();
  const left = new Set<string>();
  const keyOf = (bot: ViberBotSubscription, userId: string): string => `${bot.id} ${userId}`;
  const state: BotState = {
    webhookOf: (bot) => (webhooks.has(bot.id) ? (webhooks.get(bot.id) ?? null) : (bot.webhookUrl ?? null)),
    setWebhook: (bot, url) => void webhooks.set(bot.id, url),
    hasLeft: (bot, userId) => left.has(keyOf(bot, userId)),
    leave: (bot, userId) => void left.add(keyOf(bot, userId)),
    join: (bot, userId) => void left.delete(keyOf(bot, userId)),
  };
  states.set(core, state);
  return state;
}
