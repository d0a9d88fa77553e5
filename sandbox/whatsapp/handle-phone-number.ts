import type { IncomingMessage, ServerResponse } from "node:http";
import { isCarrierDown, type Core } from "../core";
import { sendJson } from "../http-message";
import { sendMetaError } from "./meta-error";

/** `GET /v25.0/{phone number id}`: whether the token may use the number, asked without sending. */
export function handlePhoneNumber(
  core: Core,
  phoneNumberId: string,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  request.resume();
  const subscription = core.subscriptions.whatsapp(phoneNumberId);
  const token = /^Bearer\s+(.+)$/i.exec(request.headers.authorization ?? "")?.[1];
  if (token === undefined || (subscription !== null && token !== subscription.accessToken)) {
    return sendMetaError(response, 401, 190, "Invalid OAuth access token - Cannot parse access token");
  }
  if (subscription === null) {
    const message = `Unsupported get request. Object with ID '${phoneNumberId}' does not exist, cannot be loaded due to missing permissions, or does not support this operation`;
    return sendMetaError(response, 400, 100, message, { subcode: 33 });
  }
  if (isCarrierDown(core, "whatsapp", phoneNumberId)) {
    return sendMetaError(response, 503, 131016, "(#131016) Service unavailable");
  }
  sendJson(response, 200, {
    ...{ id: phoneNumberId, verified_name: "Sandbox", display_phone_number: `+${phoneNumberId}` },
    ...{ quality_rating: "GREEN", code_verification_status: "VERIFIED" },
  });
}
