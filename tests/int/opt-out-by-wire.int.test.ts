import { createHmac } from "node:crypto";
import pino from "pino";
import smpp from "smpp";
import { beforeEach, expect, it } from "vitest";
import { SHARE_PHONE_TRACKING } from "@/lib/carriers/viber-bot/build-message";
import { signedFields } from "@/lib/carriers/http-sms/verify-signature";
import { readDeliver } from "@/lib/carriers/smpp/read-deliver";
import { insertConnection } from "@/lib/server/connections/save-connection";
import { webhookAddress } from "@/lib/server/connections/webhook-address";
import { launchCampaign } from "@/lib/server/dispatch/campaigns/launch-campaign";
import { hearInbound } from "@/lib/server/dispatch/confirm-opt-outs";
import { testCampaign, testDispatch } from "@/lib/server/dispatch/dispatch.fixture";
import { takeInbound } from "@/lib/server/dispatch/inbound/take-inbound";
import { receiveWebhook } from "@/lib/server/dispatch/receipts/receive-webhook";
import type { ConnectionInput } from "@/lib/schemas/connection";
import type { RouteKey } from "@/lib/domain/vocabulary";
import { createTestAccount, useTestDatabase, type TestAccount } from "./harness";

const database = useTestDatabase();
const SECRET = "s".repeat(16);
const WEB_URL = "https://desk.example/";

beforeEach(() => {
  process.env.NEXTAUTH_URL = WEB_URL;
  Object.assign(globalThis, { kamurjPool: database.sql, kamurjBatcher: undefined, kamurjConnections: undefined });
});

/** The words of the issue, each as it stands, as people type it, and with marks that change nothing. */
const WORDS = "STOP UNSUBSCRIBE CANCEL END QUIT REVOKE СТОП ОТПИСАТЬСЯ ԿԱՆԳ ԴԱԴԱՐ".split(" ");
const SPELLINGS = [
  (word: string) => word,
  (word: string) => ` ${word.toLowerCase()}.`,
  (word: string) => `«${word.slice(0, 1)}${word.slice(1, 2)}\u0301${word.slice(2).toLowerCase()}»!`,
];
const TEXTS = WORDS.flatMap((word) => SPELLINGS.map((spell) => spell(word)));

/** How a person's words come in from each kind of carrier, on a connection of the account. */
type Wire = { readonly write: (e164: string, text: string, nth: number) => Promise<void> };

const hmac = (secret: string, body: string) => createHmac("sha256", secret).update(body).digest("hex");

async function insert(account: TestAccount, details: ConnectionInput) {
  return database.db.$transaction((tx) => insertConnection(tx, account.accountId, "Own", details, 100));
}

async function post(kind: "whatsapp" | "viber" | "sms", token: string, body: string, signature: string | null) {
  const bytes = new TextEncoder().encode(body);
  const url = webhookAddress(kind === "sms" ? "http_sms" : "whatsapp_cloud", token, WEB_URL) ?? "";
  const answer = await receiveWebhook({ kind, token, body: bytes, signature, address: null, url });
  expect(answer.status).toBe(200);
}

const WIRES: Readonly<Record<string, (account: TestAccount) => Promise<Wire>>> = {
  async "WhatsApp Cloud API"(account) {
    const config = { baseUrl: "http://127.0.0.1:1", phoneNumberId: "10000002" };
    const secrets = { accessToken: "t", appSecret: SECRET, verifyToken: SECRET };
    const { webhookToken } = await insert(account, { kind: "whatsapp_cloud", config, secrets });
    return {
      write: (e164, text, nth) => {
        const message = {
          from: e164.slice(1),
          id: `wamid.${nth}`,
          timestamp: "1760000000",
          type: "text",
          text: { body: text },
        };
        const value = { messaging_product: "whatsapp", metadata: { phone_number_id: "10000002" }, messages: [message] };
        const entry = [{ id: "1", changes: [{ field: "messages", value }] }];
        const body = JSON.stringify({ object: "whatsapp_business_account", entry });
        return post("whatsapp", webhookToken, body, `sha256=${hmac(SECRET, body)}`);
      },
    };
  },
  async "Viber Business Messages"(account) {
    const config = { baseUrl: "http://127.0.0.1:1", serviceId: 2 };
    const { webhookToken } = await insert(account, { kind: "viber_business", config, secrets: { signingKey: null } });
    return {
      write: (e164, text, nth) => {
        const body = { message_token: String(5_000_000_000 + nth), phone_number: e164.slice(1), message: { text } };
        return post("viber", webhookToken, JSON.stringify(body), null);
      },
    };
  },
  async "Viber bot"(account) {
    const config = { baseUrl: "http://127.0.0.1:1", senderName: "Orders" };
    const { webhookToken } = await insert(account, { kind: "viber_bot", config, secrets: { botToken: SECRET } });
    const tell = (event: object, timestamp: number) => {
      const body = JSON.stringify({ event: "message", timestamp, message_token: timestamp, ...event });
      return post("viber", webhookToken, body, hmac(SECRET, body));
    };
    return {
      async write(e164, text, nth) {
        const sender = { id: `u${nth}` };
        const contact = { phone_number: e164.slice(1) };
        const shared = { type: "contact", contact, tracking_data: SHARE_PHONE_TRACKING };
        await tell({ sender, message: shared }, 1_760_000_000_000);
        await tell({ sender, message: { type: "text", text } }, 1_760_000_001_000);
      },
    };
  },
  async SMPP(account) {
    const { id } = await database.db.connection.findFirstOrThrow({
      where: { accountId: account.accountId, kind: "smpp" },
    });
    const from = { id, accountId: account.accountId, channel: "sms" } as const;
    const deps = { sql: database.sql, db: database.db, now: () => new Date(), logger: pino({ level: "silent" }) };
    return {
      async write(e164, text) {
        const fields = { source_addr: e164.slice(1), destination_addr: "1010", esm_class: 0, data_coding: 8 };
        const short_message = Buffer.from(text, "utf16le").swap16();
        const pdu = smpp.PDU.fromBuffer(new smpp.PDU("deliver_sm", { ...fields, short_message }).toBuffer());
        const delivered = pdu === false ? null : readDeliver(pdu, "auto", 0);
        if (delivered?.kind !== "inbound") throw new Error("not read as a message");
        await takeInbound(database.sql, from, delivered.message, (of, message) => hearInbound(deps, of, [message]));
      },
    };
  },
  async "HTTP SMS"(account) {
    const config = { accountSid: "AC1", from: "Kamurj" };
    const { webhookToken } = await insert(account, { kind: "http_sms", config, secrets: { authToken: SECRET } });
    const url = webhookAddress("http_sms", webhookToken, WEB_URL) ?? "";
    return {
      write: (e164, text, nth) => {
        const form = new URLSearchParams({ MessageSid: `SM${nth}`, From: e164, To: "1010", Body: text });
        const signature = createHmac("sha1", SECRET)
          .update(url + signedFields(form), "utf8")
          .digest("base64");
        return post("sms", webhookToken, form.toString(), signature);
      },
    };
  },
};

const ROUTE: Readonly<Record<string, RouteKey>> = {
  "WhatsApp Cloud API": "whatsapp-sms",
  SMPP: "sms",
  "HTTP SMS": "sms",
};

it.each(Object.keys(WIRES))(
  "every word of the list, however spelt, written by %s ends advertising before the next send",
  async (kind) => {
    const account = await createTestAccount(database);
    const dispatch = await testDispatch(database, account);
    const campaign = await testCampaign(database, account, {
      people: TEXTS.length + 1,
      route: ROUTE[kind] ?? "viber-sms",
    });
    await launchCampaign(account.as("marketer"), campaign);
    await dispatch.plan(campaign);
    const wire = await WIRES[kind]?.(account);
    const phoneOf = (nth: number): string => `+374${77_000_001 + nth}`;
    for (const [nth, text] of [...TEXTS, "Thank you"].entries()) await wire?.write(phoneOf(nth), text, nth);
    await dispatch.send();
    const { rows } = await database.sql.query(
      "SELECT m.e164 FROM attempt a JOIN message m ON m.shard = a.shard AND m.id = a.message_id WHERE a.campaign_id = $1",
      [campaign],
    );
    expect(rows).toEqual([{ e164: phoneOf(TEXTS.length) }]);
    const skipped = await database.sql.query(
      "SELECT reason, count(*)::int AS n FROM skipped_send WHERE account_id = $1 GROUP BY reason",
      [account.accountId],
    );
    expect(skipped.rows).toEqual([{ reason: "opted_out", n: TEXTS.length }]);
    const kept = await database.db.suppression.findMany({ where: { accountId: account.accountId } });
    expect(new Set(kept.map((one) => (one.evidence as { text?: string }).text))).toEqual(
      new Set(TEXTS.map((text) => text.trim())),
    );
  },
);
