import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createTcpServer, type AddressInfo } from "node:net";
import fc from "fast-check";
import smpp, { type Pdu } from "smpp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkHttpSmsLink } from "@/lib/carriers/http-sms/check-link";
import { checkSmppLink } from "@/lib/carriers/smpp/check-link";
import { checkViberLink } from "@/lib/carriers/viber/check-link";
import { checkWhatsAppLink } from "@/lib/carriers/whatsapp/check-link";
import { startSandbox, type Sandbox } from "./start-sandbox";
import { temporaryDirectory } from "./testing/temporary-directory";

const directory = temporaryDirectory();
const wireTimeoutMs = 2_000;
const whatsApp = { phoneNumberId: "109876543210001", accessToken: "right-token", wireTimeoutMs };
const sms = { accountSid: "AC1", authToken: "right-token", wireTimeoutMs };
const smsc = {
  ...{ host: "127.0.0.1", tls: null, systemId: "desk", password: "s3cret", systemType: "", wireTimeoutMs },
  bindMode: "transceiver" as const,
};
let sandbox: Sandbox;
let baseUrl: string;

beforeAll(async () => {
  sandbox = await startSandbox({
    dataDir: directory.path,
    subscriptions: {
      whatsapp: [{ ...whatsApp, appSecret: "an-app-secret" }],
      viber: [{ serviceId: 1000 }],
      smpp: [{ systemId: "desk", password: "s3cret" }],
      httpSms: [sms],
    },
  });
  baseUrl = `http://127.0.0.1:${sandbox.httpPort}`;
});
afterAll(async () => {
  await sandbox.stop();
});

const accepted = async (): Promise<number> => {
  const summary = (await (await fetch(`${baseUrl}/_sandbox/health`)).json()) as { accepted: number };
  return summary.accepted;
};

describe("a link that works", () => {
  it("is found to, on every kind, and nothing was sent", async () => {
    expect(await checkWhatsAppLink({ ...whatsApp, baseUrl })).toMatchObject({
      ...{ state: "works", reason: "fine", detail: "Sandbox, +109876543210001" },
    });
    expect(await checkHttpSmsLink({ ...sms, baseUrl })).toMatchObject({ state: "works", detail: "Sandbox" });
    const port = sandbox.smppPort;
    expect(await checkSmppLink({ ...smsc, port })).toMatchObject({ state: "works" });
    expect(await checkSmppLink({ ...smsc, port, bindMode: "transmitter_receiver" })).toMatchObject({ state: "works" });
    expect(await checkViberLink({ baseUrl, serviceId: 1000, wireTimeoutMs })).toMatchObject({
      ...{ state: "answers", reason: "reached" },
    });
    expect(await accepted()).toBe(0);
  });
});

describe("a link that does not", () => {
  it("says why in one of our words, with the carrier's code", async () => {
    expect(await checkWhatsAppLink({ ...whatsApp, baseUrl, accessToken: "stale" })).toMatchObject({
      ...{ state: "faulty", reason: "wrong_token", code: "190" },
    });
    expect(await checkWhatsAppLink({ ...whatsApp, baseUrl, phoneNumberId: "555555" })).toMatchObject({
      ...{ state: "faulty", reason: "wrong_sender", code: "100" },
    });
    expect(await checkHttpSmsLink({ ...sms, baseUrl, authToken: "stale" })).toMatchObject({
      ...{ state: "faulty", reason: "wrong_token", code: "20003" },
    });
    expect(await checkSmppLink({ ...smsc, port: sandbox.smppPort, password: "wrong" })).toMatchObject({
      ...{ state: "faulty", reason: "wrong_password", code: "0x0000000E" },
    });
  });

  it("says that nobody listens there", async () => {
    const port = await closedPort();
    const nowhere = `http://127.0.0.1:${port}`;
    const refused = { state: "faulty", reason: "refused" };
    expect(await checkWhatsAppLink({ ...whatsApp, baseUrl: nowhere })).toMatchObject(refused);
    expect(await checkViberLink({ baseUrl: nowhere, serviceId: 1, wireTimeoutMs })).toMatchObject(refused);
    expect(await checkSmppLink({ ...smsc, port })).toMatchObject(refused);
  });

  it("says that who answers does not speak TLS, or nothing at all", async () => {
    const port = sandbox.smppPort;
    const tls = { servername: null, ca: null };
    const verdict = await checkSmppLink({ ...smsc, port, tls, wireTimeoutMs: 1_000 });
    expect(verdict).toMatchObject({ state: "faulty" });
    expect(["tls", "lost", "timeout"]).toContain(verdict.reason);
    const silent = createTcpServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => silent.once("listening", resolve));
    const { port: silentPort } = silent.address() as AddressInfo;
    const unheard = await checkSmppLink({ ...smsc, port: silentPort, wireTimeoutMs: 300 });
    expect(unheard).toMatchObject({ state: "faulty", reason: "timeout" });
    silent.close();
  });

  it("tells codes of Viber and of Meta apart", async () => {
    for (const [status, reason] of Object.entries({ 2: "wrong_sender", 13: "no_permission", 401: "no_permission" })) {
      await withServer(say(200, `{"status":${status}}`), async (url) => {
        const verdict = await checkViberLink({ baseUrl: url, serviceId: 1, wireTimeoutMs });
        expect(verdict).toMatchObject({ state: "faulty", reason, code: status });
      });
    }
    for (const [code, reason] of Object.entries({ 10: "no_permission", 200: "no_permission", 368: "suspended" })) {
      await withServer(say(400, `{"error":{"code":${code},"message":"m"}}`), async (url) => {
        expect(await checkWhatsAppLink({ ...whatsApp, baseUrl: url })).toMatchObject({ reason, code, detail: "m" });
      });
    }
    await withServer(say(200, JSON.stringify({ sid: "AC1", status: "suspended" })), async (url) => {
      expect(await checkHttpSmsLink({ ...sms, baseUrl: url })).toMatchObject({ reason: "suspended" });
    });
  });

  it("whatever is answered, is a verdict and never called working", async () => {
    const checks = (url: string) => [
      checkWhatsAppLink({ ...whatsApp, baseUrl: url }),
      checkHttpSmsLink({ ...sms, baseUrl: url }),
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(200, 204, 302, 400, 401, 403, 404, 429, 500, 502),
        fc.oneof(fc.string(), fc.json(), fc.constant("<html>Sign in</html>")),
        async (status, body) => {
          await withServer(say(status, body), async (url) => {
            for (const verdict of await Promise.all(checks(url))) expect(verdict.state).toBe("faulty");
          });
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe("a check of a line over SMPP", () => {
  it("leaves receipts that come its way with the carrier, and says goodbye", async () => {
    const seen: string[] = [];
    let kept: number | null = null;
    const server = smpp.createServer((session) => {
      session.on("pdu", (pdu: Pdu) => seen.push(pdu.command));
      session.on("bind_transceiver", (pdu: Pdu) => {
        session.send(pdu.response());
        session.deliver_sm({ esm_class: 4, short_message: "id:1 stat:DELIVRD" }, (answer) => {
          kept = answer.command_status;
        });
      });
      session.on("enquire_link", (pdu: Pdu) => setTimeout(() => session.send(pdu.response()), 100));
      session.on("unbind", (pdu: Pdu) => session.send(pdu.response()));
      session.on("error", () => undefined);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    expect(await checkSmppLink({ ...smsc, port })).toMatchObject({ state: "works" });
    expect(kept).toBe(0x64);
    expect(seen).toEqual(expect.arrayContaining(["bind_transceiver", "enquire_link", "unbind"]));
    expect(seen).not.toContain("submit_sm");
    server.close();
  });
});

function say(status: number, body: string): RequestListener {
  return (request, response) => {
    request.resume();
    response.writeHead(status, { "content-type": "application/json" });
    response.end(status === 204 ? undefined : body);
  };
}

async function withServer(listener: RequestListener, work: (url: string) => Promise<void>): Promise<void> {
  const server: Server = createServer(listener).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  try {
    await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

async function closedPort(): Promise<number> {
  const server = createTcpServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
