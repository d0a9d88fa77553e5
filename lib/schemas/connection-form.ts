import { z } from "zod";
import { readNumberPrefix } from "@/lib/domain/routing/number-prefix";
import {
  connectionDetails,
  httpSmsConfig,
  httpSmsSecrets,
  smppConfig,
  smppSecrets,
  viberBotConfig,
  viberBotSecrets,
  viberConfig,
  viberSecrets,
  whatsAppConfig,
  whatsAppSecrets,
  type ConnectionDetails,
  type ConnectionKind,
} from "./connection";

/** As the table of connections allows. */
const MOST_PREFIXES = 300;

/** First digits of the numbers that a connection serves, as people write them; each once and without the plus sign. Empty: every number. */
const numberPrefixes = z
  .array(z.string().max(40, "field.prefixes"))
  .max(MOST_PREFIXES, "field.tooLong")
  .refine((prefixes) => prefixes.every((prefix) => readNumberPrefix(prefix) !== null), "field.prefixes")
  .transform((prefixes) => [...new Set(prefixes.flatMap((prefix) => readNumberPrefix(prefix) ?? []))].sort());

/** What a person says of a connection besides what its kind asks for. */
const common = {
  name: z.string().trim().min(1, "field.required").max(80, "field.tooLong"),
  ratePerSecond: z.number("field.number").int("field.wholeNumber").min(1, "field.tooSmall").max(10_000, "field.tooBig"),
};

export const createConnectionInput = z.strictObject({
  ...common,
  prefixes: numberPrefixes.default([]),
  details: connectionDetails,
});
export type CreateConnectionInput = z.output<typeof createConnectionInput>;

/** Secrets that are left out stay as they are: nobody is shown them, so nobody can give them back. */
export const connectionChange = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("whatsapp_cloud"),
    config: whatsAppConfig,
    secrets: whatsAppSecrets.partial(),
  }),
  z.strictObject({ kind: z.literal("viber_business"), config: viberConfig, secrets: viberSecrets.partial() }),
  z.strictObject({ kind: z.literal("viber_bot"), config: viberBotConfig, secrets: viberBotSecrets.partial() }),
  z.strictObject({ kind: z.literal("smpp"), config: smppConfig, secrets: smppSecrets.partial() }),
  z.strictObject({ kind: z.literal("http_sms"), config: httpSmsConfig, secrets: httpSmsSecrets.partial() }),
]);
export type ConnectionChange = z.output<typeof connectionChange>;

const connectionId = z.uuid("field.invalid").toLowerCase();

export const connectionIdInput = z.strictObject({ connectionId });
export type ConnectionIdInput = z.output<typeof connectionIdInput>;

/** `version`: of the state that the person saw, so that two editors do not overwrite each other unseen. */
export const editConnectionInput = z.strictObject({
  connectionId,
  version: z.number().int().min(1),
  ...common,
  /** Left out: as they are. */
  prefixes: numberPrefixes.optional(),
  details: connectionChange,
});
export type EditConnectionInput = z.output<typeof editConnectionInput>;

/** A stored connection, one with changes that are not saved yet, or one that is not saved at all. */
export const checkConnectionInput = z
  .strictObject({ connectionId: connectionId.nullable(), details: connectionChange.nullable() })
  .refine(({ connectionId: id, details }) => id !== null || details !== null, "field.required");
export type CheckConnectionInput = z.output<typeof checkConnectionInput>;

/** Every secret of a kind, by its name in the form. */
export const SECRET_NAMES = {
  whatsapp_cloud: ["accessToken", "appSecret", "verifyToken"],
  viber_business: ["signingKey"],
  viber_bot: ["botToken"],
  smpp: ["password"],
  http_sms: ["authToken"],
} as const satisfies {
  [Kind in ConnectionKind]: readonly (keyof Extract<ConnectionDetails, { kind: Kind }>["secrets"])[];
};

/** Whether the carrier has found our webhook. */
export type CarrierCalls = {
  readonly eventAt: string | null;
  readonly verifiedAt: string | null;
  readonly refusedAt: string | null;
  readonly refused: number;
};

/** What an admin edits. No secret is in it, only which there are. */
export type ConnectionDraft = {
  readonly id: string;
  readonly version: number;
  readonly name: string;
  readonly ratePerSecond: number;
  readonly prefixes: readonly string[];
  readonly status: "active" | "paused";
  readonly kind: ConnectionKind;
  /** As stored; null where it cannot be read any more. */
  readonly config: ConnectionDetails["config"] | null;
  readonly storedSecrets: readonly string[];
  readonly secretsAt: string;
  readonly webhookUrl: string | null;
  readonly calls: CarrierCalls;
};
