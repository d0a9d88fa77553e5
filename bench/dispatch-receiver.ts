/** The web process's webhooks without Next around them, so that the bench measures dispatch and not the framework. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { receiveWebhook } from "../lib/server/dispatch/receipts/receive-webhook";
import type { WebhookKind } from "../lib/server/connections/webhook-address";
import { startWebIntake } from "../lib/server/dispatch/receipts/web-intake";

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [, , , kind, token] = (request.url ?? "").split("/");
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const header = request.headers["x-hub-signature-256"] ?? request.headers["x-viber-content-signature"] ?? null;
  const signature = Array.isArray(header) ? null : header;
  const call = { kind: kind as WebhookKind, token: token ?? "", body: Buffer.concat(chunks), signature };
  const { status, text } = await receiveWebhook({ ...call, url: `http://127.0.0.1${request.url ?? ""}` });
  response.writeHead(status).end(text);
}

startWebIntake();
const server = createServer((request, response) => void handle(request, response));
server.listen(Number(process.env.PORT), "127.0.0.1", () => process.send?.({ ready: true }));
process.on("disconnect", () => process.exit(0));
process.on("SIGTERM", () => process.exit(0));
