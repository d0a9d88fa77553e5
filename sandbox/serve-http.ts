import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { handleAdmin, type AdminContext } from "./admin/handle-admin";
import { renderLedgerPage } from "./admin/ledger-page";
import { sendJson } from "./http-message";
import { drawPicture } from "./media/draw-picture";
import { handleHttpSmsAccount, handleHttpSmsSend } from "./http-sms/handle-send";
import { handleViberSend } from "./viber/handle-send";
import { handleViberBot } from "./viber-bot/handle-bot";
import { handlePhoneNumber } from "./whatsapp/handle-phone-number";
import { handleWhatsAppSend } from "./whatsapp/handle-send";
import { handleTemplates } from "./whatsapp/handle-templates";

const messagesPath = /^\/v\d{1,3}\.\d\/([^/]{1,64})\/messages$/;
const smsPath = /^\/2010-04-01\/Accounts\/([^/]{1,64})\/Messages\.json$/;
const smsAccountPath = /^\/2010-04-01\/Accounts\/([^/]{1,64})\.json$/;
const viberBotPath = /^\/pa\/([a-z_]{1,40})$/;
const phoneNumberPath = /^\/v\d{1,3}\.\d\/(\d{1,64})(?:\?|$)/;
const templatesPath = /^\/v\d{1,3}\.\d\/(\d{1,64})\/message_templates(?:\?|$)/;
const picturePath = /^\/_media\/([\w-]{1,64})\.png$/;
/** Longer than clients keep a socket, so that we never close one just as a request comes in. */
const keepAliveMs = 65_000;

/** Listening is the caller's. */
export function serveHttp(context: AdminContext): Server {
  const server = createServer({ keepAliveTimeout: keepAliveMs, noDelay: true }, (request, response) => {
    route(context, request, response).catch((error: unknown) => {
      // A client that left in the middle of its body is no fault of ours.
      if (request.destroyed && !request.complete) return response.destroy();
      process.stderr.write(`sandbox: ${request.method} ${request.url} failed: ${String(error)}\n`);
      sendJson(response, 500, { error: "The sandbox itself has failed; see its log." });
    });
  });
  // `receipt_before_response` and `timeout` keep answers back on purpose.
  server.requestTimeout = 0;
  return server;
}

async function route(context: AdminContext, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = request.url ?? "/";
  if (request.method === "POST") {
    const question = viberBotPath.exec(path)?.[1];
    if (question !== undefined) return handleViberBot(context.core, question, request, response);
    if (path === "/vibersrvc/1/send_message") return handleViberSend(context.core, request, response);
    const phoneNumberId = messagesPath.exec(path)?.[1];
    if (phoneNumberId !== undefined) return handleWhatsAppSend(context.core, phoneNumberId, request, response);
    const accountSid = smsPath.exec(path)?.[1];
    if (accountSid !== undefined) return handleHttpSmsSend(context.core, accountSid, request, response);
  }
  if (path.startsWith("/_sandbox/")) {
    return handleAdmin(context, new URL(path, "http://sandbox"), request, response);
  }
  if (request.method === "GET") {
    if (path === "/" || path.startsWith("/?")) return renderLedgerPage(context.core, response);
    const accountSid = smsAccountPath.exec(path)?.[1];
    if (accountSid !== undefined) return handleHttpSmsAccount(context.core, accountSid, request, response);
    const wabaId = templatesPath.exec(path)?.[1];
    if (wabaId !== undefined) return handleTemplates(context.core, wabaId, request, response);
    const phoneNumberId = phoneNumberPath.exec(path)?.[1];
    if (phoneNumberId !== undefined) return handlePhoneNumber(context.core, phoneNumberId, request, response);
    const picture = picturePath.exec(path)?.[1];
    if (picture !== undefined) return sendPicture(response, picture);
  }
  request.resume();
  sendJson(response, 404, { error: "There is nothing at this address." });
}

function sendPicture(response: ServerResponse, name: string): void {
  const picture = drawPicture(name);
  response.writeHead(200, {
    "content-type": "image/png",
    "content-length": picture.length,
    "cache-control": "public, max-age=86400",
  });
  response.end(picture);
}
