import { readFileSync, statSync } from "node:fs";
import { z } from "zod";
import { readJsonFile, writeJsonFile } from "./keep-json";
import { sandboxTemplateSchema } from "./whatsapp/template-store";

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
        /** The business account: its templates are listed to this token, its events go to this webhook. */
        wabaId: identifier.nullish(),
        /** What the business account has until somebody changes it (`/_sandbox/templates`). */
        templates: z.array(sandboxTemplateSchema).max(10_000).default([]),
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
  whatsapp: [
    {
      phoneNumberId: "100000000000001",
      accessToken: "sandbox-token",
      appSecret: "sandbox-app-secret",
      wabaId: "200000000000001",
    },
  ],
  viber: [{ serviceId: 1000 }],
  viberBot: [{ id: "sandbox-bot", authToken: "sandbox-bot-token" }],
  smpp: [{ systemId: "sandbox", password: "sandbox" }],
  httpSms: [{ accountSid: "ACsandbox", authToken: "sandbox-auth-token" }],
});

export type SubscriptionStore = {
  whatsapp(phoneNumberId: string): WhatsAppSubscription | null;
  whatsAppBusiness(wabaId: string): WhatsAppSubscription | null;
  viber(serviceId: string): ViberSubscription | null;
  viberBot(id: string): ViberBotSubscription | null;
  viberBotOfToken(authToken: string): ViberBotSubscription | null;
  smpp(systemId: string): SmppSubscription | null;
  httpSms(accountSid: string): HttpSmsSubscription | null;
  /**
   * Somebody became a customer while the sandbox runs. What was registered holds until the file is written anew with the same
   * name in it: the file is made at the desk's start from all that the desk knows.
   */
  register(input: Subscriptions): void;
  /** Why the file could not be used, in words; null when it could. The last good content stays in force. */
  problem(): string | null;
  stop(): void;
};

const pollMs = 500;

export function fixedSubscriptions(input: SubscriptionsInput): SubscriptionStore {
  let all = subscriptionsSchema.parse(input);
  let index = indexSubscriptions(all);
  const register = (added: Subscriptions): void => {
    all = mergeSubscriptions(all, added);
    index = indexSubscriptions(all);
  };
  return { ...lookups(() => index), register, problem: () => null, stop: () => undefined };
}

/**
 * Follows a small JSON file, twice a second; a file that is not there (yet) means the defaults, a broken one changes nothing.
 *
 * @param registeredPath where registrations are kept over a restart
 */
export function watchSubscriptions(path: string, registeredPath: string): SubscriptionStore {
  let index = indexSubscriptions(defaultSubscriptions);
  const kept = registeredSchema.safeParse(readJsonFile(registeredPath));
  let registered: Registered = kept.success ? kept.data : { atMs: 0, subscriptions: subscriptionsSchema.parse({}) };
  let problem: string | null = null;
  const read = (): void => {
    const result = readSubscriptionsFile(path);
    if ("problem" in result) {
      problem = result.problem;
    } else {
      const isFileNewer = fileTimeMs(path) > registered.atMs;
      const [older, newer] = isFileNewer
        ? [registered.subscriptions, result.subscriptions]
        : [result.subscriptions, registered.subscriptions];
      index = indexSubscriptions(mergeSubscriptions(older, newer));
      problem = null;
    }
  };
  read();
  // Read again and again rather than watched: a watcher misses a file that is written before its first look.
  const timer = setInterval(read, pollMs);
  timer.unref();
  const register = (added: Subscriptions): void => {
    registered = { atMs: Date.now(), subscriptions: mergeSubscriptions(registered.subscriptions, added) };
    writeJsonFile(registeredPath, registered);
    read();
  };
  return { ...lookups(() => index), register, problem: () => problem, stop: () => clearInterval(timer) };
}

const registeredSchema = z.object({ atMs: z.number(), subscriptions: subscriptionsSchema });
type Registered = z.infer<typeof registeredSchema>;

function fileTimeMs(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** Of two with the same name the newer one holds, as the last of a list does. */
function mergeSubscriptions(older: Subscriptions, newer: Subscriptions): Subscriptions {
  const join = <One>(a: readonly One[], b: readonly One[], nameOf: (one: One) => string): One[] => [
    ...new Map([...a, ...b].map((one) => [nameOf(one), one])).values(),
  ];
  return {
    whatsapp: join(older.whatsapp, newer.whatsapp, (one) => one.phoneNumberId),
    viber: join(older.viber, newer.viber, (one) => one.serviceId),
    viberBot: join(older.viberBot, newer.viberBot, (one) => one.id),
    smpp: join(older.smpp, newer.smpp, (one) => one.systemId),
    httpSms: join(older.httpSms, newer.httpSms, (one) => one.accountSid),
  };
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

function lookups(index: () => Index): Omit<SubscriptionStore, "problem" | "stop" | "register"> {
  return {
    whatsapp: (id) => index().whatsapp.get(id) ?? null,
    whatsAppBusiness: (id) => [...index().whatsapp.values()].find(({ wabaId }) => wabaId === id) ?? null,
    viber: (id) => index().viber.get(id) ?? null,
    viberBot: (id) => index().viberBot.get(id) ?? null,
    viberBotOfToken: (token) => index().viberBotOfToken.get(token) ?? null,
    smpp: (id) => index().smpp.get(id) ?? null,
    httpSms: (id) => index().httpSms.get(id) ?? null,
  };
}
