/**
 * A carrier as small as one can be, the same for Kannel and for us: it answers at once and tells of each message's delivery in a request of
 * its own a moment later. Started by compare-kannel.ts; MOCK_SUBSCRIPTIONS names the file that says where WhatsApp's webhooks go.
 *
 * - `GET /kannel?to=…&dlr-url=…` as Kannel's own HTTP link asks; the report goes to that dlr-url
 * - `POST /v…/<phone number id>/messages` as WhatsApp's Cloud API; the report is a signed webhook with one status
 */
import { createHmac, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Pool } from "undici";

type Subscription = { readonly phoneNumberId: string; readonly appSecret: string; readonly webhookUrl: string };
type CloudMessage = { readonly to: string; readonly biz_opaque_callback_data?: string };

const REPORT_AFTER_MS = 100;
const pools = new Map<string, Pool>();
const subscriptions = readSubscriptions(process.env.MOCK_SUBSCRIPTIONS);

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => answer(request, response, Buffer.concat(chunks).toString()));
});
server.listen(0, "127.0.0.1", () => process.send?.({ ready: true, port: (server.address() as AddressInfo).port }));
process.on("disconnect", () => process.exit(0));
process.on("SIGTERM", () => process.exit(0));

function answer(request: IncomingMessage, response: ServerResponse, body: string): void {
  const url = new URL(request.url ?? "/", "http://mock");
  const phone = /^\/v[\d.]+\/([^/]+)\/messages$/.exec(url.pathname)?.[1];
  if (url.pathname === "/kannel") answerKannel(url, response);
  else if (request.method === "POST" && phone !== undefined) answerCloud(phone, JSON.parse(body), response);
  else response.writeHead(404).end();
}

function answerKannel(url: URL, response: ServerResponse): void {
  response.writeHead(202, { "content-type": "text/plain" }).end("0: Accepted for delivery");
  const report = url.searchParams.get("dlr-url")?.replace("dlr-mask=%d", "dlr-mask=1");
  if (report !== undefined) tell(report, "GET", {}, null);
}

function answerCloud(phone: string, message: CloudMessage, response: ServerResponse): void {
  const id = `wamid.${randomBytes(24).toString("base64")}`;
  const recipient = message.to.replace("+", "");
  const contacts = [{ input: message.to, wa_id: recipient }];
  const taken = { messaging_product: "whatsapp", contacts, messages: [{ id, message_status: "accepted" }] };
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(taken));
  const subscription = subscriptions.get(phone);
  if (subscription === undefined) return;
  const status = {
    ...{ id, status: "delivered", timestamp: String(Math.floor(Date.now() / 1_000)), recipient_id: recipient },
    biz_opaque_callback_data: message.biz_opaque_callback_data,
    pricing: { billable: true, pricing_model: "PMP", category: "marketing", type: "regular" },
  };
  const metadata = { display_phone_number: "37400000000", phone_number_id: phone };
  const value = { messaging_product: "whatsapp", metadata, statuses: [status] };
  const entry = [{ id: "100000000000000", changes: [{ field: "messages", value }] }];
  const text = JSON.stringify({ object: "whatsapp_business_account", entry });
  const signature = createHmac("sha256", subscription.appSecret).update(text).digest("hex");
  const headers = { "content-type": "application/json", "x-hub-signature-256": `sha256=${signature}` };
  tell(subscription.webhookUrl, "POST", headers, text);
}

/** Again until it is taken, as carriers do. */
function tell(address: string, method: "GET" | "POST", headers: Record<string, string>, body: string | null): void {
  setTimeout(() => {
    const url = new URL(address);
    const pool = pools.get(url.origin) ?? new Pool(url.origin, { connections: 64 });
    pools.set(url.origin, pool);
    pool.request({ path: url.pathname + url.search, method, headers, body }).then(
      async (answered) => {
        await answered.body.dump();
        if (answered.statusCode >= 300) tell(address, method, headers, body);
      },
      () => tell(address, method, headers, body),
    );
  }, REPORT_AFTER_MS);
}

function readSubscriptions(file: string | undefined): ReadonlyMap<string, Subscription> {
  if (file === undefined) return new Map();
  const { whatsapp } = JSON.parse(readFileSync(file, "utf8")) as { readonly whatsapp: readonly Subscription[] };
  return new Map(whatsapp.map((one) => [one.phoneNumberId, one]));
}
