import type { SendRequest } from "@/lib/carriers/connector";
import type { HttpSmsConnectorOptions } from "./create-http-sms-connector";

/** Twilio's bounds of ValidityPeriod, seconds. */
const validityBounds = { least: 1, most: 36_000 } as const;
/** The query parameter of the callback's address that carries our reference: there is no field for one. */
export const REFERENCE_PARAMETER = "ref";

/** The form of one send. */
export function buildHttpSms(
  request: Pick<SendRequest, "to" | "reference">,
  content: Extract<SendRequest["content"], { channel: "sms" }>,
  options: Pick<HttpSmsConnectorOptions, "from" | "messagingServiceSid" | "statusCallbackUrl">,
): URLSearchParams {
  const form = new URLSearchParams({ To: request.to, Body: content.text });
  if (options.messagingServiceSid === null) form.set("From", options.from ?? "");
  else form.set("MessagingServiceSid", options.messagingServiceSid);
  if (options.statusCallbackUrl !== null) {
    const callback = new URL(options.statusCallbackUrl);
    callback.searchParams.set(REFERENCE_PARAMETER, request.reference);
    form.set("StatusCallback", callback.href);
  }
  if (content.validitySeconds !== null) {
    const { least, most } = validityBounds;
    form.set("ValidityPeriod", String(Math.min(most, Math.max(least, Math.round(content.validitySeconds)))));
  }
  return form;
}
