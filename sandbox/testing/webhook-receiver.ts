import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export type ReceivedWebhook = {
  /** As it was called: path and query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
};

export type WebhookReceiver = {
  readonly url: string;
  readonly received: ReceivedWebhook[];
  /** What it answers from now on. */
  answerWith(status: number): void;
  /** Called for each webhook that is answered 2xx, before the answer. */
  onTaken(listener: (webhook: ReceivedWebhook) => void): void;
  stop(): Promise<void>;
};

/** A receiver of webhooks on a free port of the loopback. */
export async function startWebhookReceiver(): Promise<WebhookReceiver> {
  const received: ReceivedWebhook[] = [];
  const listeners: ((webhook: ReceivedWebhook) => void)[] = [];
  let status = 200;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const webhook = { path: request.url ?? "", headers: request.headers, body: Buffer.concat(chunks) };
      if (status >= 200 && status < 300) {
        received.push(webhook);
        for (const listener of listeners) listener(webhook);
      }
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received,
    answerWith: (next) => void (status = next),
    onTaken: (listener) => void listeners.push(listener),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
