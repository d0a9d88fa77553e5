import type { IncomingMessage, ServerResponse } from "node:http";
import type { Core } from "../core";
import { sendJson } from "../http-message";
import { sendMetaError } from "./meta-error";
import type { SandboxTemplate } from "./template-store";

const DEFAULT_PAGE = 25;
const ALWAYS = ["id", "name"];

/** `GET /v25.0/{business account id}/message_templates`, with `fields`, `limit` and `after` */
export function handleTemplates(core: Core, wabaId: string, request: IncomingMessage, response: ServerResponse): void {
  request.resume();
  const subscription = core.subscriptions.whatsAppBusiness(wabaId);
  const token = /^Bearer\s+(.+)$/i.exec(request.headers.authorization ?? "")?.[1];
  if (token === undefined || (subscription !== null && token !== subscription.accessToken)) {
    return sendMetaError(response, 401, 190, "Invalid OAuth access token - Cannot parse access token");
  }
  if (subscription === null) {
    const message = `Unsupported get request. Object with ID '${wabaId}' does not exist, cannot be loaded due to missing permissions, or does not support this operation`;
    return sendMetaError(response, 400, 100, message, { subcode: 33 });
  }
  const url = new URL(request.url ?? "/", "http://sandbox");
  const limit = Math.min(1_000, Math.max(1, Number(url.searchParams.get("limit") ?? DEFAULT_PAGE) || DEFAULT_PAGE));
  const after = url.searchParams.get("after");
  const from = after === null ? 0 : Number(Buffer.from(after, "base64url").toString());
  if (!Number.isInteger(from) || from < 0) return sendMetaError(response, 400, 100, "(#100) Invalid parameter");
  const all = core.templates.list(wabaId);
  const end = from + limit;
  const fields = [...ALWAYS, ...(url.searchParams.get("fields") ?? "status,language,category,components").split(",")];
  url.searchParams.set("after", cursor(end));
  sendJson(response, 200, {
    data: all.slice(from, end).map((template, i) => pick(template, from + i, fields)),
    paging: {
      cursors: { before: cursor(from), after: cursor(end) },
      ...(end < all.length ? { next: `http://${request.headers.host ?? "sandbox"}${url.pathname}${url.search}` } : {}),
    },
  });
}

function cursor(at: number): string {
  return Buffer.from(String(at)).toString("base64url");
}

function pick(template: SandboxTemplate, at: number, fields: readonly string[]): object {
  const whole: Readonly<Record<string, unknown>> = { id: String(700_000_000_000 + at), ...template };
  return Object.fromEntries(fields.filter((field) => whole[field] !== undefined).map((field) => [field, whole[field]]));
}
