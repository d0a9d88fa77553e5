import { z } from "zod";
import { askOnce, faulty, notCarrier } from "@/lib/carriers/wire/ask-once";
import type { LinkReason, LinkVerdict } from "@/lib/domain/connection/link-verdict";
import { botHeaders } from "./create-viber-bot-connector";
import { BOT_STATUS_NAMES } from "./read-answer";

const answerSchema = z.object({
  status: z.coerce.number().int(),
  status_message: z.string().catch(""),
  name: z.string().catch(""),
});

export type ViberBotLink = { readonly baseUrl: string; readonly botToken: string; readonly wireTimeoutMs: number };

const REASONS: Readonly<Record<number, LinkReason>> = {
  2: "wrong_token",
  7: "suspended",
  8: "wrong_sender",
  9: "suspended",
  12: "busy",
};

/** Reads the bot's account with its token. */
export function checkViberBotLink(link: ViberBotLink): Promise<LinkVerdict> {
  return askBot(link, "/pa/get_account_info", {});
}

/** Every event that says something about a message or a subscriber. */
const EVENTS = ["delivered", "seen", "failed", "subscribed", "unsubscribed", "conversation_started"] as const;

/**
 * Tells Viber where to call. Viber calls there before it answers, so an address that cannot be reached from outside is refused. People's
 * messages come always.
 */
export function registerViberBotWebhook(link: ViberBotLink, webhookUrl: string): Promise<LinkVerdict> {
  return askBot(link, "/pa/set_webhook", { url: webhookUrl, event_types: EVENTS, send_name: true, send_photo: false });
}

/** Viber calls nobody any more: an empty address takes the webhook away (Viber REST API, "Removing your webhook"). */
export function removeViberBotWebhook(link: ViberBotLink): Promise<LinkVerdict> {
  return askBot(link, "/pa/set_webhook", { url: "" });
}

function askBot(link: ViberBotLink, path: string, question: object): Promise<LinkVerdict> {
  return askOnce(
    link,
    (poster) => poster.post(path, botHeaders(link.botToken), JSON.stringify(question), () => true),
    (answer, json) => {
      const said = answerSchema.safeParse(json);
      if (!said.success) return notCarrier(answer);
      const { status, status_message: message, name } = said.data;
      if (status === 0) return { state: "works", reason: "fine", code: null, detail: name.slice(0, 200) || null };
      const detail = message || (BOT_STATUS_NAMES[status] ?? null);
      return faulty(status === 1 ? "webhook_unreachable" : (REASONS[status] ?? "other"), `bot:${status}`, detail);
    },
  );
}
