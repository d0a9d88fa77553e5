import type { IncomingMessage, ServerResponse } from "node:http";
import type { z } from "zod";
import { behaviourFor, countTurnedAway, isThrottled, isWindowOpen, takeSubmit, waitToAnswer, type Core } from "../core";
import type { LedgerEntry } from "../ledger/ledger-entry";
import { holdAnswer, parseJson, readBody, sendJson } from "../http-message";
import type { Behaviour } from "../scenarios/plan-behaviour";
import { messageSchema, type WhatsAppMessage } from "./message-schema";
import { sendMetaError } from "./meta-error";

/** `POST /v25.0/{phone number id}/messages` */
export async function handleWhatsAppSend(
  core: Core,
  phoneNumberId: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readBody(request);
  const subscription = core.subscriptions.whatsapp(phoneNumberId);
  const token = /^Bearer\s+(.+)$/i.exec(request.headers.authorization ?? "")?.[1];
  if (token === undefined || (subscription !== null && token !== subscription.accessToken)) {
    countTurnedAway(core, "whatsapp", "bad_token");
    return sendMetaError(response, 401, 190, "Invalid OAuth access token - Cannot parse access token");
  }
  if (subscription === null) {
    countTurnedAway(core, "whatsapp", "unknown_sender");
    const message = `Unsupported post request. Object with ID '${phoneNumberId}' does not exist, or cannot be loaded`;
    return sendMetaError(response, 400, 100, message, { subcode: 33 });
  }
  const parsed = messageSchema.safeParse(body === null ? undefined : parseJson(body));
  if (!parsed.success) {
    countTurnedAway(core, "whatsapp", "bad_request");
    return sendInvalid(response, parsed.error.issues);
  }
  await answer(core, phoneNumberId, parsed.data, response);
}

/** Meta tells apart a parameter that is missing, one that is wrong, and one that it does not know. */
function sendInvalid(response: ServerResponse, issues: readonly z.core.$ZodIssue[]): void {
  const issue = issues[0];
  const path = issue?.path.join(".") ?? "";
  const details = `${path === "" ? "body" : path}: ${issue?.message ?? "invalid"}`;
  if (issue?.code === "unrecognized_keys") {
    return sendMetaError(response, 400, 100, "(#100) Invalid parameter", { details });
  }
  if (issue?.code === "invalid_type" && /received undefined/.test(issue.message)) {
    return sendMetaError(response, 400, 131008, "(#131008) Required parameter is missing", { details });
  }
  return sendMetaError(response, 400, 131009, "(#131009) Parameter value is not valid", { details });
}

async function answer(
  core: Core,
  phoneNumberId: string,
  message: WhatsAppMessage,
  response: ServerResponse,
): Promise<void> {
  const to = message.to.startsWith("+") ? message.to : `+${message.to}`;
  if (message.type !== "template" && !isWindowOpen(core, phoneNumberId, to)) {
    countTurnedAway(core, "whatsapp", "outside_window");
    return sendMetaError(response, 400, 131047, "(#131047) Re-engagement message", {
      details:
        "Message failed to send because more than 24 hours have passed since the customer last replied to this number",
    });
  }
  const behaviour = behaviourFor(core, "whatsapp", phoneNumberId, to);
  const take = (): LedgerEntry => takeMessage(core, phoneNumberId, to, message, behaviour);
  switch (behaviour.answer.kind) {
    case "throttle":
      if (!isThrottled(core, "whatsapp", to, behaviour.answer.tries)) break;
      countTurnedAway(core, "whatsapp", "throttled");
      return sendMetaError(response, 429, 130429, "(#130429) Rate limit hit", {
        details: "Message failed to send because there were too many messages sent in a short period of time",
      });
    case "error":
      if (behaviour.answer.taken) take();
      else countTurnedAway(core, "whatsapp", "error_500");
      return sendMetaError(response, 500, 131000, "(#131000) Something went wrong");
    case "hang": {
      const entry = behaviour.answer.taken ? take() : null;
      if (entry === null) countTurnedAway(core, "whatsapp", "timeout");
      return holdAnswer(response, core.settings.holdMs, () =>
        entry === null ? response.destroy() : sendAccepted(response, message, entry),
      );
    }
    case "down":
      countTurnedAway(core, "whatsapp", "outage");
      return sendMetaError(response, 503, 131016, "(#131016) Service unavailable");
    case "take_later": {
      const entry = take();
      await waitToAnswer(core, entry, behaviour.answer.waitMs);
      return sendAccepted(response, message, entry);
    }
  }
  const entry = take();
  await core.ledger.written();
  sendAccepted(response, message, entry);
}

function takeMessage(
  core: Core,
  connectionId: string,
  to: string,
  message: WhatsAppMessage,
  behaviour: Behaviour,
): LedgerEntry {
  const carrierId = `wamid.${Buffer.from(`${to.slice(1)}.${core.ledger.generation()}.${core.ledger.count() + 1}`).toString("base64url")}`;
  const reference = message.biz_opaque_callback_data ?? null;
  const submit = { channel: "whatsapp" as const, connectionId, to, from: null, reference, part: null };
  return takeSubmit(core, { ...submit, text: textOf(message), carrierId, receiptId: carrierId }, behaviour);
}

function textOf(message: WhatsAppMessage): string {
  if (message.type === "text") return message.text.body;
  if (message.type === "image") return message.image.caption ?? "";
  if (message.type === "interactive") return message.interactive.body.text;
  const { name, language, components = [] } = message.template;
  const values = components
    .flatMap((component) => (component.type === "body" ? component.parameters : []))
    .map((parameter) => (parameter.parameter_name ? `${parameter.parameter_name}=${parameter.text}` : parameter.text));
  return `${name} (${language.code})${values.length > 0 ? `: ${values.join(", ")}` : ""}`;
}

function sendAccepted(response: ServerResponse, message: WhatsAppMessage, entry: LedgerEntry): void {
  sendJson(response, 200, {
    messaging_product: "whatsapp",
    contacts: [{ input: message.to, wa_id: entry.to.slice(1) }],
    messages: [{ id: entry.carrierId, ...(message.type === "template" ? { message_status: "accepted" } : {}) }],
  });
}
