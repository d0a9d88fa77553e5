import type { SendOutcome } from "@/lib/carriers/connector";
import { readViberAnswer, type ViberDialect } from "@/lib/carriers/viber/read-answer";
import type { WireResult } from "@/lib/carriers/wire/post-once";

/** Names of the statuses (Viber REST API, "Error codes"). */
export const BOT_STATUS_NAMES: Readonly<Record<number, string>> = {
  2: "invalid auth token",
  3: "bad data",
  4: "missing data",
  5: "receiver not registered",
  6: "receiver not subscribed",
  7: "the bot's account is blocked",
  8: "bot not found",
  9: "the bot's account is suspended",
  10: "no webhook is set",
  11: "no suitable device",
  12: "too many requests",
  24: "no balance",
};

const dialect: ViberDialect = { prefix: "bot:", names: BOT_STATUS_NAMES, unknown: new Set() };

export function readViberBotAnswer(result: WireResult): SendOutcome {
  return readViberAnswer(result, dialect);
}
