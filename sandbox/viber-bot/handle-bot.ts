import type { IncomingMessage, ServerResponse } from "node:http";
import { z } from "zod";
import { behaviourFor, countTurnedAway, isThrottled, takeSubmit, uniqueNumber, waitToAnswer, type Core } from "../core";
import { holdAnswer, parseJson, readBody, sendJson, sendText } from "../http-message";
import type { LedgerEntry } from "../ledger/ledger-entry";
import type { Behaviour } from "../scenarios/plan-behaviour";
import type { ViberBotSubscription } from "../subscriptions";
import { numberOf } from "./bot-users";
import { botState } from "./bot-state";
import { botSignature } from "./notify-bot";

const link = z.url({ protocol: /^https?$/ }).max(2_000);
const buttonSchema = z.strictObject({
  Columns: z.number().int().min(1).max(6),
  Rows: z.number().int().min(1).max(2),
  ActionType: z.enum(["reply", "open-url", "share-phone", "none"]),
  ActionBody: z.string().min(1),
  Text: z.string().max(250).optional(),
  TextSize: z.enum(["small", "regular", "large"]).optional(),
});
const messageSchema = z
  .strictObject({
    receiver: z.string().min(1).max(64),
    min_api_version: z.number().int().min(1).max(10).optional(),
    sender: z.strictObject({ name: z.string().min(1).max(28), avatar: link.optional() }),
    tracking_data: z.string().max(4_096).optional(),
    type: z.enum(["text", "picture"]),
    text: z.string().max(7_000),
    media: link.optional(),
    keyboard: z
      .strictObject({
        Type: z.literal("keyboard"),
        DefaultHeight: z.boolean().optional(),
        Buttons: z.array(buttonSchema).min(1).max(24),
      })
      .optional(),
  })
  .refine(({ type, text, media }) =>
    type === "picture" ? media !== undefined && Array.from(text).length <= 768 : text !== "",
  );
type BotMessage = z.infer<typeof messageSchema>;
const webhookSchema = z.object({ url: z.union([z.literal(""), link]), event_types: z.array(z.string()).optional() });

/** Viber's statuses of the bot API; HTTP is always 200. */
const status = {
  ok: 0,
  invalidUrl: 1,
  invalidToken: 2,
  badData: 3,
  notRegistered: 5,
  notSubscribed: 6,
  noWebhook: 10,
  noSuitableDevice: 11,
  tooMany: 12,
} as const;

/** `POST /pa/…` */
export async function handleViberBot(
  core: Core,
  question: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readBody(request);
  const json = body === null ? undefined : parseJson(body);
  const token = request.headers["x-viber-auth-token"];
  const bot = typeof token === "string" ? core.subscriptions.viberBotOfToken(token) : null;
  if (bot === null) {
    countTurnedAway(core, "viber", "bot_unknown_token");
    return say(response, status.invalidToken, "invalidAuthToken");
  }
  if (question === "get_account_info") {
    const webhook = botState(core).webhookOf(bot) ?? "";
    return sendJson(response, 200, { ...{ status: 0, status_message: "ok", id: bot.id, name: bot.name, webhook } });
  }
  if (question === "set_webhook") return setWebhook(core, bot, json, response);
  if (question === "send_message") return sendMessage(core, bot, json, response);
  sendJson(response, 404, { error: "There is nothing at this address." });
}

const handshakeTimeoutMs = 5_000;

/** Calls the address first, as Viber does: what does not answer 200 is not registered. */
async function setWebhook(
  core: Core,
  bot: ViberBotSubscription,
  json: unknown,
  response: ServerResponse,
): Promise<void> {
  const parsed = webhookSchema.safeParse(json);
  if (!parsed.success) return say(response, status.badData, "badData");
  const { url, event_types: types = [] } = parsed.data;
  if (url !== "" && !(await answersHandshake(core, bot, url))) {
    return say(response, status.invalidUrl, "invalidUrl");
  }
  botState(core).setWebhook(bot, url === "" ? null : url);
  sendJson(response, 200, { status: 0, status_message: "ok", event_types: types });
}

async function answersHandshake(core: Core, bot: ViberBotSubscription, url: string): Promise<boolean> {
  const body = `{"event":"webhook","timestamp":${Date.now()},"message_token":${uniqueNumber(core)}0}`;
  try {
    const answer = await fetch(url, {
      method: "POST",
      body,
      headers: { "content-type": "application/json", ...botSignature(bot, body) },
      signal: AbortSignal.timeout(handshakeTimeoutMs),
    });
    return answer.status === 200;
  } catch {
    return false;
  }
}

async function sendMessage(
  core: Core,
  bot: ViberBotSubscription,
  json: unknown,
  response: ServerResponse,
): Promise<void> {
  const turnAway = (code: number, message: string, reason: string): void => {
    countTurnedAway(core, "viber", reason);
    say(response, code, message);
  };
  const parsed = messageSchema.safeParse(json);
  if (!parsed.success) return turnAway(status.badData, "badData", "bad_request");
  const state = botState(core);
  if (state.webhookOf(bot) === null) return turnAway(status.noWebhook, "webhookNotSet", "no_webhook");
  const to = numberOf(parsed.data.receiver);
  if (to === null) return turnAway(status.notRegistered, "receiverNotRegistered", "unknown_user");
  if (state.hasLeft(bot, parsed.data.receiver)) {
    return turnAway(status.notSubscribed, "receiverNotSubscribed", "not_subscribed");
  }
  const behaviour = behaviourFor(core, "viber", bot.id, to);
  const take = (): LedgerEntry => takeMessage(core, bot, to, parsed.data, behaviour);
  switch (behaviour.answer.kind) {
    case "refuse": {
      const [code, message] = refusals[behaviour.answer.code] ?? [status.notSubscribed, "receiverNotSubscribed"];
      return turnAway(code, message, `status_${code}`);
    }
    case "throttle":
      if (!isThrottled(core, "viber", to, behaviour.answer.tries)) break;
      return turnAway(status.tooMany, "tooManyRequests", "throttled");
    case "error":
      if (behaviour.answer.taken) take();
      else countTurnedAway(core, "viber", "error_500");
      return sendJson(response, 500, { message: "Internal Server Error" });
    case "hang": {
      const entry = behaviour.answer.taken ? take() : null;
      if (entry === null) countTurnedAway(core, "viber", "timeout");
      return holdAnswer(response, core.settings.holdMs, () =>
        entry === null ? response.destroy() : accept(response, entry),
      );
    }
    case "down":
      countTurnedAway(core, "viber", "outage");
      return sendJson(response, 503, { message: "Service Unavailable" });
    case "take_later": {
      const entry = take();
      await waitToAnswer(core, entry, behaviour.answer.waitMs);
      return accept(response, entry);
    }
  }
  const entry = take();
  await core.ledger.written();
  accept(response, entry);
}

/** What a business service is told as 9, 10 and 8, in the bot's words. */
const refusals: Readonly<Record<number, readonly [number, string]>> = {
  9: [status.notRegistered, "receiverNotRegistered"],
  10: [status.noSuitableDevice, "receiverNoSuitableDevice"],
  8: [status.notSubscribed, "receiverNotSubscribed"],
};

function takeMessage(
  core: Core,
  bot: ViberBotSubscription,
  to: string,
  message: BotMessage,
  behaviour: Behaviour,
): LedgerEntry {
  const carrierId = String(uniqueNumber(core));
  const { name } = message.sender;
  const submit = { channel: "viber" as const, connectionId: bot.id, to, from: name, text: message.text, part: null };
  const reference = message.tracking_data ?? null;
  return takeSubmit(core, { ...submit, reference, carrierId, receiptId: carrierId }, behaviour);
}

function say(response: ServerResponse, code: number, message: string): void {
  sendJson(response, 200, { status: code, status_message: message });
}

/** The token is a 64-bit JSON number, more than JavaScript's own writer can print. */
function accept(response: ServerResponse, entry: LedgerEntry): void {
  sendText(response, 200, `{"status":0,"status_message":"ok","message_token":${entry.carrierId}}`);
}
