import type { ServerResponse } from "node:http";
import { sendJson } from "../http-message";

/** An error in the shape of Meta's Graph API. */
export function sendMetaError(
  response: ServerResponse,
  status: number,
  code: number,
  message: string,
  more: { readonly subcode?: number; readonly details?: string } = {},
): void {
  sendJson(response, status, {
    error: {
      message,
      type: "OAuthException",
      code,
      ...(more.subcode === undefined ? {} : { error_subcode: more.subcode }),
      ...(more.details === undefined
        ? {}
        : { error_data: { messaging_product: "whatsapp", details: more.details.slice(0, 500) } }),
      fbtrace_id: "AKamurjSandbox",
    },
  });
}
