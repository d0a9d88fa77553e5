import type { IncomingMessage, ServerResponse } from "node:http";
import { measureSms } from "@/lib/domain/sms/segments";
import {
  behaviourFor,
  countTurnedAway,
  isCarrierDown,
  isThrottled,
  takeSubmit,
  uniqueNumber,
  waitToAnswer,
  type Core,
} from "../core";
import { holdAnswer, readBody, sendJson } from "../http-message";
import type { LedgerEntry } from "../ledger/ledger-entry";
import type { Behaviour } from "../scenarios/plan-behaviour";

/** Twilio's codes for a request it does not take. */
const codes = {
  authentication: 20003,
  tooManyRequests: 20429,
  badNumber: 21211,
  noSender: 21603,
  noBody: 21602,
  tooLong: 21617,
  badCallback: 21609,
  internal: 20500,
  unavailable: 20503,
} as const;

const maxTextLength = 1_600;

/** `POST /2010-04-01/Accounts/{sid}/Messages.json` */
export async function handleHttpSmsSend(
  core: Core,
  accountSid: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readBody(request);
  if (!isAuthorised(core, accountSid, request)) {
    countTurnedAway(core, "sms", "unknown_sender");
    return sendError(response, 401, codes.authentication, "Authenticate");
  }
  const form = new URLSearchParams(body?.toString("utf8") ?? "");
  const fault = faultOf(form);
  if (fault !== null) {
    countTurnedAway(core, "sms", "bad_request");
    return sendError(response, 400, fault[0], fault[1]);
  }
  await answer(core, accountSid, form, response);
}

/** `GET /2010-04-01/Accounts/{sid}.json`: whether the account may send, asked without sending. */
export function handleHttpSmsAccount(
  core: Core,
  accountSid: string,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  request.resume();
  if (!isAuthorised(core, accountSid, request)) return sendError(response, 401, codes.authentication, "Authenticate");
  if (isCarrierDown(core, "sms", accountSid)) return sendError(response, 503, codes.unavailable, "Service Unavailable");
  sendJson(response, 200, { sid: accountSid, friendly_name: "Sandbox", status: "active", type: "Full" });
}

function isAuthorised(core: Core, accountSid: string, request: IncomingMessage): boolean {
  const subscription = core.subscriptions.httpSms(accountSid);
  if (subscription === null) return false;
  const expected = Buffer.from(`${accountSid}:${subscription.authToken}`).toString("base64");
  return request.headers.authorization === `Basic ${expected}`;
}

function faultOf(form: URLSearchParams): readonly [code: number, message: string] | null {
  const text = form.get("Body") ?? "";
  if (!/^\+[1-9]\d{6,14}$/.test(form.get("To") ?? ""))
    return [codes.badNumber, "Invalid 'To' Phone Number: not a valid phone number."];
  if ((form.get("From") ?? "") === "" && (form.get("MessagingServiceSid") ?? "") === "")
    return [codes.noSender, "A 'From' or 'MessagingServiceSid' parameter is required."];
  if (text === "") return [codes.noBody, "Message body is required."];
  if ([...text].length > maxTextLength)
    return [codes.tooLong, "The concatenated message body exceeds the 1600 character limit."];
  const callback = form.get("StatusCallback");
  const isUsable = callback === null || (URL.canParse(callback) && /^https?:/.test(callback));
  return isUsable ? null : [codes.badCallback, "Invalid 'StatusCallback' URL."];
}

async function answer(core: Core, accountSid: string, form: URLSearchParams, response: ServerResponse): Promise<void> {
  const to = form.get("To") ?? "";
  const behaviour = behaviourFor(core, "sms", accountSid, to);
  const accept = (entry: LedgerEntry): void => sendJson(response, 201, describe(entry, accountSid, form));
  const take = (): LedgerEntry => takeMessage(core, accountSid, form, behaviour);
  switch (behaviour.answer.kind) {
    case "throttle":
      if (!isThrottled(core, "sms", to, behaviour.answer.tries)) break;
      countTurnedAway(core, "sms", "throttled");
      return sendError(response, 429, codes.tooManyRequests, "Too Many Requests", { "retry-after": "1" });
    case "error":
      countTurnedAway(core, "sms", "error_500");
      return sendError(response, 500, codes.internal, "Internal Server Error");
    case "hang": {
      const entry = behaviour.answer.taken ? take() : null;
      if (entry === null) countTurnedAway(core, "sms", "timeout");
      return holdAnswer(response, core.settings.holdMs, () => (entry === null ? response.destroy() : accept(entry)));
    }
    case "down":
      countTurnedAway(core, "sms", "outage");
      return sendError(response, 503, codes.unavailable, "Service Unavailable");
    case "take_later": {
      const entry = take();
      await waitToAnswer(core, entry, behaviour.answer.waitMs);
      return accept(entry);
    }
  }
  const entry = take();
  await core.ledger.written();
  accept(entry);
}

function takeMessage(core: Core, accountSid: string, form: URLSearchParams, behaviour: Behaviour): LedgerEntry {
  const callbackUrl = form.get("StatusCallback");
  const carrierId = `SM${uniqueNumber(core).toString(16).padStart(32, "0")}`;
  const submit = {
    channel: "sms" as const,
    connectionId: accountSid,
    to: form.get("To") ?? "",
    from: form.get("From") ?? form.get("MessagingServiceSid"),
    reference: callbackUrl === null ? null : new URL(callbackUrl).searchParams.get("ref"),
    text: form.get("Body") ?? "",
    part: null,
    carrierId,
    receiptId: carrierId,
    ...(callbackUrl === null ? {} : { callbackUrl }),
  };
  return takeSubmit(core, submit, behaviour);
}

function describe(entry: LedgerEntry, accountSid: string, form: URLSearchParams): object {
  const at = new Date(entry.atMs).toUTCString();
  return {
    ...{ account_sid: accountSid, api_version: "2010-04-01", sid: entry.carrierId, status: "queued" },
    ...{ to: entry.to, from: form.get("From"), body: form.get("Body"), direction: "outbound-api" },
    ...{ messaging_service_sid: form.get("MessagingServiceSid"), num_media: "0" },
    num_segments: String(measureSms(form.get("Body") ?? "").segments),
    ...{ date_created: at, date_updated: at, date_sent: null, price: null, price_unit: "USD" },
    ...{ error_code: null, error_message: null, subresource_uris: {} },
    uri: `/2010-04-01/Accounts/${accountSid}/Messages/${entry.carrierId}.json`,
  };
}

function sendError(
  response: ServerResponse,
  status: number,
  code: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  const more = `https://www.twilio.com/docs/errors/${code}`;
  sendJson(response, status, { code, message, more_info: more, status }, headers);
}
