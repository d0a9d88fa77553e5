import { z } from "zod";

/**
 * What each kind of connection stores: `config` in the clear, `secrets` sealed (lib/server/secrets/seal.ts, associated data
 * "connection:<account id>:<row id>"), as JSON. The sandbox and a true carrier differ in baseUrl or host and port alone.
 */

const baseUrl = z.url({ protocol: /^https?$/ }).max(300);

export const whatsAppConfig = z.strictObject({
  baseUrl: baseUrl.default("https://graph.facebook.com"),
  phoneNumberId: z.string().regex(/^\d{5,30}$/),
});
/** verifyToken answers Meta's subscription check. */
export const whatsAppSecrets = z.strictObject({
  accessToken: z.string().min(1).max(1000),
  appSecret: z.string().min(16).max(200),
  verifyToken: z.string().min(16).max(200),
});

export const viberConfig = z.strictObject({
  baseUrl: baseUrl.default("https://services.viber.com"),
  serviceId: z.number().int().positive(),
});
/** signingKey: where the partner signs callbacks (hex HMAC-SHA256 over the raw body); null where it does not. */
export const viberSecrets = z.strictObject({ signingKey: z.string().min(16).max(200).nullable() });

export const smppConfig = z.strictObject({
  host: z.string().min(1).max(253),
  port: z.number().int().min(1).max(65535),
  tls: z.boolean().default(false),
  systemId: z.string().min(1).max(15),
  systemType: z.string().max(12).default(""),
  sourceAddr: z.string().min(1).max(20),
  window: z.number().int().min(1).max(1000).default(50),
  receiptIdFormat: z.enum(["auto", "hex", "decimal"]).default("auto"),
  receiptUtcOffsetMinutes: z.number().int().min(-840).max(840).default(0),
});
export const smppSecrets = z.strictObject({ password: z.string().max(8) });

export const connectionDetails = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("whatsapp_cloud"), config: whatsAppConfig, secrets: whatsAppSecrets }),
  z.strictObject({ kind: z.literal("viber_business"), config: viberConfig, secrets: viberSecrets }),
  z.strictObject({ kind: z.literal("smpp"), config: smppConfig, secrets: smppSecrets }),
]);
export type ConnectionDetails = z.output<typeof connectionDetails>;
export type ConnectionKind = ConnectionDetails["kind"];

export const CONNECTION_CHANNEL = {
  whatsapp_cloud: "whatsapp",
  viber_business: "viber",
  smpp: "sms",
} as const satisfies Record<ConnectionKind, "whatsapp" | "viber" | "sms">;
