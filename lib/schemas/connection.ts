import { z } from "zod";

/**
 * What each kind of connection stores: `config` in the clear, `secrets` sealed (lib/server/secrets/seal.ts, associated data
 * "connection:<account id>:<row id>"), as JSON. The sandbox and a true carrier differ in baseUrl or host and port alone.
 */

const baseUrl = z.url({ protocol: /^https?$/, error: "field.url" }).max(300, "field.tooLong");
const text = (max: number) => z.string().trim().min(1, "field.required").max(max, "field.tooLong");
const whole = (min: number, max: number) =>
  z.number("field.number").int("field.wholeNumber").min(min, "field.tooSmall").max(max, "field.tooBig");
/** Long enough that nobody guesses it; what is shorter was not copied whole. */
const secret = z.string().trim().min(16, "field.secretShort").max(200, "field.tooLong");

export const whatsAppConfig = z.strictObject({
  baseUrl: baseUrl.default("https://graph.facebook.com"),
  phoneNumberId: z
    .string()
    .trim()
    .regex(/^\d{5,30}$/, "field.carrierId"),
  /** The business account that the number belongs to; with it, templates and their approval are read from there. */
  wabaId: z
    .string()
    .trim()
    .regex(/^\d{5,30}$/, "field.carrierId")
    .nullable()
    .default(null),
});
/** verifyToken answers Meta's subscription check. */
export const whatsAppSecrets = z.strictObject({
  accessToken: text(1000).regex(/^[\x21-\x7e]+$/, "field.invalid"),
  appSecret: secret,
  verifyToken: secret,
});

const addressRange = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]);
const addressRanges = z
  .array(z.string())
  .max(50, "field.tooLong")
  .refine((ranges) => ranges.every((range) => addressRange.safeParse(range).success), "field.addresses");

export const viberConfig = z.strictObject({
  baseUrl: baseUrl.default("https://services.viber.com"),
  serviceId: whole(1, Number.MAX_SAFE_INTEGER),
  /** Who may call the webhook, as addresses and CIDR ranges; empty: anybody who knows it. */
  allowedIps: addressRanges.default([]),
});
/** signingKey: where the partner signs callbacks (hex HMAC-SHA256 over the raw body); null where it does not. */
export const viberSecrets = z.strictObject({ signingKey: secret.nullable() });

/** A Viber bot, for service conversations: it writes to people who have written to it. */
export const viberBotConfig = z
  .strictObject({
    baseUrl: baseUrl.default("https://chatapi.viber.com"),
    senderName: text(28),
    avatarUrl: z
      .url({ protocol: /^https?$/, error: "field.url" })
      .max(300, "field.tooLong")
      .nullable()
      .default(null),
    /** Greets whoever opens the conversation and asks for the number by a button; null: nobody is asked. */
    welcomeText: text(1000).nullable().default(null),
    shareLabel: text(100).nullable().default(null),
  })
  .refine(({ welcomeText, shareLabel }) => (welcomeText === null) === (shareLabel === null), {
    message: "field.bothOrNone",
    path: ["shareLabel"],
  });
/** Authenticates our calls and signs theirs (hex HMAC-SHA256 over the raw body). */
export const viberBotSecrets = z.strictObject({ botToken: secret.regex(/^[\x21-\x7e]+$/, "field.invalid") });

export const smppConfig = z.strictObject({
  host: text(253).regex(/^[\w.:-]+$/, "field.host"),
  port: whole(1, 65535),
  tls: z.boolean().default(false),
  systemId: text(15),
  systemType: z.string().trim().max(12, "field.tooLong").default(""),
  sourceAddr: text(20),
  /** Type of number and numbering plan of the sender; null: by its look. */
  sourceTon: whole(0, 7).nullable().default(null),
  sourceNpi: whole(0, 18).nullable().default(null),
  destinationTon: whole(0, 7).default(1),
  destinationNpi: whole(0, 18).default(1),
  /** One session for both ways, or one that sends beside one that receives. */
  bindMode: z.enum(["transceiver", "transmitter_receiver"]).default("transceiver"),
  sessions: whole(1, 8).default(1),
  /** Submits that may wait for their answer, a session. */
  window: whole(1, 1000).default(50),
  enquireLinkS: whole(5, 300).default(30),
  /** How the line wants texts of the GSM alphabet; all others go as UCS-2. See lib/carriers/smpp/encode-part.ts. */
  alphabet: z.enum(["gsm7", "gsm7_packed", "latin1", "ucs2"]).default("gsm7"),
  longMessages: z.enum(["udh8", "udh16", "payload"]).default("udh8"),
  smartEncoding: z.boolean().default(false),
  receiptIdFormat: z.enum(["auto", "hex", "decimal"]).default("auto"),
  receiptUtcOffsetMinutes: whole(-840, 840).default(0),
  /** Name that the certificate must bear, where it is not the host's; and a PEM to trust in place of the usual authorities. */
  tlsServername: text(253).nullable().default(null),
  tlsCa: z
    .string()
    .max(20_000, "field.tooLong")
    .regex(/-----BEGIN CERTIFICATE-----/, "field.certificate")
    .nullable()
    .default(null),
});
export const smppSecrets = z.strictObject({ password: z.string().max(8, "field.smppPassword") });

/** SMS over HTTP in Twilio's shape; one of `from` and `messagingServiceSid` says who sends. */
export const httpSmsConfig = z
  .strictObject({
    baseUrl: baseUrl.default("https://api.twilio.com"),
    accountSid: z
      .string()
      .trim()
      .regex(/^[A-Za-z0-9_-]{1,64}$/, "field.carrierId"),
    from: text(20).nullable().default(null),
    messagingServiceSid: z
      .string()
      .trim()
      .regex(/^[A-Za-z0-9_-]{1,64}$/, "field.carrierId")
      .nullable()
      .default(null),
  })
  .refine(({ from, messagingServiceSid }) => (from === null) !== (messagingServiceSid === null), {
    message: "field.senderOrService",
    path: ["from"],
  });
/** Authenticates our calls and signs theirs. */
export const httpSmsSecrets = z.strictObject({ authToken: text(200) });

export const connectionDetails = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("whatsapp_cloud"), config: whatsAppConfig, secrets: whatsAppSecrets }),
  z.strictObject({ kind: z.literal("viber_business"), config: viberConfig, secrets: viberSecrets }),
  z.strictObject({ kind: z.literal("viber_bot"), config: viberBotConfig, secrets: viberBotSecrets }),
  z.strictObject({ kind: z.literal("smpp"), config: smppConfig, secrets: smppSecrets }),
  z.strictObject({ kind: z.literal("http_sms"), config: httpSmsConfig, secrets: httpSmsSecrets }),
]);
export type ConnectionDetails = z.output<typeof connectionDetails>;
/** As a person or a seed gives it: what has a default may be left out. */
export type ConnectionInput = z.input<typeof connectionDetails>;
export type ConnectionKind = ConnectionDetails["kind"];

export const CONNECTION_CHANNEL = {
  whatsapp_cloud: "whatsapp",
  viber_business: "viber",
  viber_bot: "viber",
  smpp: "sms",
  http_sms: "sms",
} as const satisfies Record<ConnectionKind, "whatsapp" | "viber" | "sms">;
