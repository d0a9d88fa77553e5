import { readFileSync } from "node:fs";
import { z } from "zod";

const url = z.url({ protocol: /^https?$/ }).nullish();
const identifier = z.union([z.string(), z.number().int()]).transform(String).pipe(z.string().min(1).max(64));

export const subscriptionsSchema = z.object({
  whatsapp: z
    .array(
      z.object({
        phoneNumberId: identifier,
        accessToken: z.string().min(1),
        appSecret: z.string().min(1),
        webhookUrl: url,
      }),
    )
    .default([]),
  viber: z
    .array(z.object({ serviceId: identifier, webhookUrl: url, signingKey: z.string().min(1).nullish() }))
    .default([]),
  /** `webhookUrl`: until the bot itself sets another (`/pa/set_webhook`). */
  viberBot: z
    .array(
      z.object({
        id: identifier,
        name: z.string().min(1).default("Sandbox bot"),
        authToken: z.string().min(1),
        webhookUrl: url,
      }),
    )
    .default([]),
  smpp: z
    .array(
      z.object({
        systemId: z.string().min(1).max(15),
        password: z.string().max(8),
        receiptIdFormat: z.enum(["auto", "hex", "decimal"]).default("auto"),
      }),
    )
    .default([]),
  /** `webhookUrl`: where messages of people go; receipts go where each message says. */
  httpSms: z
    .array(z.object({ accountSid: z.string().min(1).max(64), authToken: z.string().min(1), webhookUrl: url }))
    .default([]),
});

export type Subscriptions = z.infer<typeof subscriptionsSchema>;
export type SubscriptionsInput = z.input<typeof subscriptionsSchema>;
export type WhatsAppSubscription = Subscriptions["whatsapp"][number];
export type ViberSubscription = Subscriptions["viber"][number];
export type ViberBotSubscription = Subscriptions["viberBot"][number];
export type SmppSubscription = Subscriptions["smpp"][number];
export type HttpSmsSubscription = Subscriptions["httpSms"][number];

/** Who may send when nobody has written a file: enough for a curl or an SMPP client by hand, without webhooks. */
export const defaultSubscriptions: Subscriptions = subscriptionsSchema.parse({
  whatsapp: [{ phoneNumberId: "100000000000001", accessToken: "sandbox-token", appSecret: "sandbox-app-secret" }],
  viber: [{ serviceId: 1000 }],
  viberBot: [{ id: "sandbox-bot", authToken: "sandbox-bot-token" }],
  smpp: [{ systemId: "sandbox", password: "sandbox" }],
  httpSms: [{ accountSid: "ACsandbox", authToken: "sandbox-auth-token" }],
});

export type SubscriptionStore = {
  whatsapp(phoneNumberId: string): WhatsAppSubscription | null;
  viber(serviceId: string): ViberSubscription | null;
  viberBot(id: string): ViberBotSubscription | null;
  viberBotOfToken(authToken: string): ViberBotSubscription | null;
  smpp(systemId: string): SmppSubscription | null;
  httpSms(accountSid: string): HttpSmsSubscription | null;
  /** Why the file could not be used, in words; null when it could. The last good content stays in force. */
  problem(): string | null;
  stop(): void;
};

const pollMs = 500;

export function fixedSubscriptions(input: SubscriptionsInput): SubscriptionStore {
  const index = indexSubscriptions(subscriptionsSchema.parse(input));
  return { ...lookups(() => index), problem: () => null, stop: () => undefined };
}

/** Follows a small JSON file, twice a second; a file that is not there (yet) means the defaults, a broken one changes nothing. */
export function watchSubscriptions(path: string): SubscriptionStore {
  let index = indexSubscriptions(defaultSubscriptions);
  let problem: string | null = null;
  const read = (): void => {
    const result = readSubscriptionsFile(path);
    if ("problem" in result) {
      problem = result.problem;
    } else {
      index = indexSubscriptions(result.subscriptions);
      problem = null;
    }
  };
  read();
  // Read again and again rather than watched: a watcher misses a file that is written before its first look.
  const timer = setInterval(read, pollMs);
  timer.unref();
  return { ...lookups(() => index), problem: () => problem, stop: () => clearInterval(timer) };
}

function readSubscriptionsFile(path: string): { subscriptions: Subscriptions } | { problem: string } {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    const missing = error instanceof Error && "code" in error && error.code === "ENOENT";
    return missing ? { subscriptions: defaultSubscriptions } : { problem: `${path} cannot be read` };
  }
  try {
    return { subscriptions: subscriptionsSchema.parse(JSON.parse(text)) };
  } catch (error) {
    return { problem: `${path} is not what is expected: ${error instanceof Error ? error.message : String(error)}` };
  }
}

type Index = {
  readonly whatsapp: ReadonlyMap<string, WhatsAppSubscription>;
  readonly viber: ReadonlyMap<string, ViberSubscription>;
  readonly viberBot: ReadonlyMap<string, ViberBotSubscription>;
  readonly viberBotOfToken: ReadonlyMap<string, ViberBotSubscription>;
  readonly smpp: ReadonlyMap<string, SmppSubscription>;
  readonly httpSms: ReadonlyMap<string, HttpSmsSubscription>;
};

function indexSubscriptions(subscriptions: Subscriptions): Index {
  return {
    whatsapp: new Map(subscriptions.whatsapp.map((item) => [item.phoneNumberId, item])),
    viber: new Map(subscriptions.viber.map((item) => [item.serviceId, item])),
    viberBot: new Map(subscriptions.viberBot.map((item) => [item.id, item])),
    viberBotOfToken: new Map(subscriptions.viberBot.map((item) => [item.authToken, item])),
    smpp: new Map(subscriptions.smpp.map((item) => [item.systemId, item])),
    httpSms: new Map(subscriptions.httpSms.map((item) => [item.accountSid, item])),
  };
}

function lookups(index: () => Index): Omit<SubscriptionStore, "problem" | "stop"> {
  return {
    whatsapp: (id) => index().whatsapp.get(id) ?? null,
    viber: (id) => index().viber.get(id) ?? null,
    viberBot: (id) => index().viberBot.get(id) ?? null,
    viberBotOfToken: (token) => index().viberBotOfToken.get(token) ?? null,
    smpp: (id) => index().smpp.get(id) ?? null,
    httpSms: (id) => index().httpSms.get(id) ?? null,
  };
}
