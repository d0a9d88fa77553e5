import type { ConnectionKind } from "@/lib/schemas/connection";
import type { ConnectionDraft } from "@/lib/schemas/connection-form";
import { fieldsOf, type FormField } from "./form-fields";

/** As typed, by the field's name; switches are "on" or "". */
export type FormValues = {
  readonly name: string;
  readonly ratePerSecond: string;
  readonly prefixes: string;
  readonly fields: Readonly<Record<string, string>>;
  /** A stored secret that there is to be no longer. */
  readonly dropped: readonly string[];
};

const DEFAULT_RATE = {
  whatsapp_cloud: "80",
  viber_business: "100",
  viber_bot: "20",
  smpp: "50",
  http_sms: "10",
} as const;

const DEFAULTS: Readonly<Record<ConnectionKind, Readonly<Record<string, string>>>> = {
  whatsapp_cloud: { baseUrl: "https://graph.facebook.com" },
  viber_business: { baseUrl: "https://services.viber.com" },
  viber_bot: { baseUrl: "https://chatapi.viber.com" },
  smpp: {
    ...{ port: "2775", bindMode: "transceiver", sessions: "1", window: "50", enquireLinkS: "30", alphabet: "gsm7" },
    ...{ longMessages: "udh8", receiptIdFormat: "auto", receiptUtcOffsetMinutes: "0" },
    ...{ destinationTon: "1", destinationNpi: "1" },
  },
  http_sms: { baseUrl: "https://api.twilio.com" },
};

export function newValues(kind: ConnectionKind, verifyToken: string): FormValues {
  const fields = { ...DEFAULTS[kind], ...(kind === "whatsapp_cloud" && { verifyToken }) };
  return { name: "", ratePerSecond: DEFAULT_RATE[kind], prefixes: "", fields, dropped: [] };
}

export function storedValues(draft: ConnectionDraft): FormValues {
  const config: Readonly<Record<string, unknown>> = draft.config ?? {};
  const typed = fieldsOf(draft.kind).flatMap(({ name }): [string, string][] => {
    const value = config[name];
    if (typeof value === "boolean") return [[name, value ? "on" : ""]];
    if (Array.isArray(value)) return [[name, value.join("\n")]];
    return typeof value === "string" || typeof value === "number" ? [[name, String(value)]] : [];
  });
  const fields = { ...DEFAULTS[draft.kind], ...Object.fromEntries(typed) };
  const prefixes = draft.prefixes.map((prefix) => `+${prefix}`).join(", ");
  return { name: draft.name, ratePerSecond: String(draft.ratePerSecond), prefixes, fields, dropped: [] };
}

/**
 * What the schemas take. A secret left empty means "as it is" where one is stored, and is sent as it stands where none is, so that it
 * is asked for.
 */
export function toDetails(kind: ConnectionKind, values: FormValues, storedSecrets: readonly string[]): unknown {
  const parts: Record<FormField["in"], Record<string, unknown>> = { config: {}, secrets: {} };
  for (const field of fieldsOf(kind)) {
    const value = readField(field, values, storedSecrets.includes(field.name));
    if (value !== undefined) parts[field.in][field.name] = value;
  }
  return { kind, ...parts };
}

function readField(field: FormField, { fields, dropped }: FormValues, isStored: boolean): unknown {
  const typed = fields[field.name] ?? "";
  if (field.in === "secrets") {
    if (dropped.includes(field.name)) return null;
    if (typed === "" && isStored) return undefined;
    return typed === "" && field.optional ? null : typed;
  }
  if (field.type === "switch") return typed === "on";
  const text = typed.trim();
  if (field.type === "list") return text.split(/[\s,;]+/).filter((item) => item !== "");
  if (text === "" && field.optional) return field.name === "systemType" ? "" : null;
  return field.type === "number" ? toNumber(text) : text;
}

/** A blank may stand inside a number's beginning ("+374 77"), so it parts two only before a plus sign. */
export function toPrefixes(text: string): string[] {
  return text
    .split(/[,;\n]+|\s+(?=\+)/)
    .map((prefix) => prefix.trim())
    .filter((prefix) => prefix !== "");
}

/** Nothing typed is no number, and not 0. */
export function toNumber(text: string): number {
  return text.trim() === "" ? Number.NaN : Number(text);
}

/** Shown once, to be pasted at Meta: 192 random bits. */
export function makeVerifyToken(): string {
  return [...crypto.getRandomValues(new Uint8Array(24))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
