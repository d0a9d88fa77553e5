import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Pool } from "undici";
import type { BenchRow } from "../bench-row";
import { startMeter } from "../measure";
import { NAMES } from "../targets";
import { startKannel, type KannelPrograms } from "./start-kannel";
import { startMock } from "./start-mock";

/** Requests to smsbox at once; each is answered when bearerbox has spooled the message. */
const SENDERS = 64;
const STALLED_MS = 20_000;

/** So many messages into Kannel over HTTP, until the delivery report of the last has come back over HTTP. */
export async function measureKannel(programs: KannelPrograms, messages: number): Promise<BenchRow> {
  const mock = await startMock(null);
  const kannel = await startKannel(programs, mock.url);
  const reports = await listenForReports();
  try {
    const meter = await startMeter(null, { ...kannel.pids, mock: mock.pid, loader: process.pid });
    const refused = await sendAll(kannel.sendUrl, reports.url, messages);
    if (refused > 0) throw new Error(`Kannel refused ${refused} of ${messages} messages.`);
    await reports.untilSeen(messages);
    const { walBytesPerMessage: _none, ...measured } = await meter.stop(messages);
    const note = "HTTP in, HTTP out, spool store, 50 pending submits, one delivery report a message";
    return { variant: NAMES.kannel, ...measured, note };
  } finally {
    await reports.close();
    await kannel.stop();
    await mock.stop();
  }
}

async function sendAll(sendUrl: string, reportUrl: string, messages: number): Promise<number> {
  const pool = new Pool(sendUrl, { connections: SENDERS });
  let next = 0;
  let refused = 0;
  const send = async (): Promise<void> => {
    while (next < messages) {
      const index = (next += 1);
      const query = new URLSearchParams({
        ...{ username: "bench", password: "bench", to: String(37_470_000_000 + index * 7) },
        ...{ text: "Hello Ani, 20% off this week.", "dlr-mask": "1", "dlr-url": `${reportUrl}/${index}` },
      });
      const { statusCode, body } = await pool.request({ path: `/cgi-bin/sendsms?${query}`, method: "GET" });
      await body.dump();
      if (statusCode !== 202) refused += 1;
    }
  };
  await Promise.all(Array.from({ length: SENDERS }, send));
  await pool.close();
  return refused;
}

type Reports = {
  readonly url: string;
  readonly untilSeen: (messages: number) => Promise<void>;
  readonly close: () => Promise<void>;
};

/** Counts each message once, however often it is told of. */
async function listenForReports(): Promise<Reports> {
  const seen = new Set<string>();
  const server = createServer((request, response) => {
    seen.add(request.url ?? "");
    response.end("ok");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    untilSeen: async (messages) => {
      let before = -1;
      let movedAt = performance.now();
      while (seen.size < messages) {
        if (seen.size > before) movedAt = performance.now();
        before = seen.size;
        if (performance.now() - movedAt > STALLED_MS)
          throw new Error(`Only ${seen.size} of ${messages} reports came back.`);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
