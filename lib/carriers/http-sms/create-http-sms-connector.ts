import type { Connector } from "@/lib/carriers/connector";
import { createHttpPoster } from "@/lib/carriers/wire/post-once";
import { MAX_SMS_PARTS, measureSms } from "@/lib/domain/sms/segments";
import { buildHttpSms } from "./build-message";
import { readHttpSmsAnswer } from "./read-answer";

export type HttpSmsConnectorOptions = {
  /** "https://api.twilio.com", or another provider that speaks the same shape. */
  readonly baseUrl: string;
  readonly accountSid: string;
  readonly authToken: string;
  /** A number, a short code or letters; or a messaging service, which chooses the sender. One of the two. */
  readonly from: string | null;
  readonly messagingServiceSid: string | null;
  /** Where receipts are to go; our reference is put behind it. Null: none are asked for. */
  readonly statusCallbackUrl: string | null;
  readonly wireTimeoutMs: number;
  readonly connections: number;
};

/** SMS over HTTP as Twilio does it. The provider cuts long texts, so a message has one id and one receipt whatever its length. */
export function createHttpSmsConnector(options: HttpSmsConnectorOptions): Connector {
  const poster = createHttpPoster(options);
  const path = `/2010-04-01/Accounts/${encodeURIComponent(options.accountSid)}/Messages.json`;
  const headers = {
    "content-type": "application/x-www-form-urlencoded",
    authorization: `Basic ${Buffer.from(`${options.accountSid}:${options.authToken}`).toString("base64")}`,
  };
  return {
    capabilities: { channel: "sms", dedupe: "none", correlate: false, query: false },
    async send(request, canStillSend) {
      const { content } = request;
      if (content.channel !== "sms") throw new Error(`not an SMS: ${content.channel}`);
      const { segments } = measureSms(content.text);
      if (segments === 0 || segments > MAX_SMS_PARTS) {
        const detail = segments === 0 ? "the text is empty" : `more than ${MAX_SMS_PARTS} parts`;
        return { kind: "refused", code: "bad_text", detail, carrierIds: [], raw: "" };
      }
      const body = buildHttpSms(request, content, options).toString();
      return readHttpSmsAnswer(await poster.post(path, headers, body, canStillSend), segments);
    },
    close: (graceMs) => poster.close(graceMs),
  };
}
