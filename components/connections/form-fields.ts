import type { ConnectionKind } from "@/lib/schemas/connection";

type FieldBase = {
  /** Where its value stands in the details, and its texts in the catalogue (`field.<name>`). */
  readonly in: "config" | "secrets";
  readonly name: string;
  readonly optional?: boolean;
};
export type FormField = FieldBase &
  (
    | { readonly type: "text" | "secret" | "token" | "area" | "list" | "switch" }
    | { readonly type: "number"; readonly unit?: "seconds" }
    | { readonly type: "select"; readonly options: readonly string[] }
  );

export type KindFields = { readonly main: readonly FormField[]; readonly more: readonly FormField[] };

const config = (name: string, type: "text" | "area" | "list" | "switch" = "text", optional = false): FormField => ({
  ...{ in: "config", name, type, optional },
});
const whole = (name: string, optional = false): FormField => ({ in: "config", name, type: "number", optional });
const choice = (name: string, options: readonly string[]): FormField => ({
  in: "config",
  name,
  type: "select",
  options,
});
const secret = (name: string, optional = false): FormField => ({ in: "secrets", name, type: "secret", optional });

/** What each kind asks for: first what nobody can do without, then what has a sensible default. */
export const KIND_FIELDS = {
  whatsapp_cloud: {
    main: [
      config("phoneNumberId"),
      config("wabaId", "text", true),
      secret("accessToken"),
      secret("appSecret"),
      { in: "secrets", name: "verifyToken", type: "token" },
    ],
    more: [config("baseUrl")],
  },
  viber_business: {
    main: [whole("serviceId"), secret("signingKey", true)],
    more: [config("allowedIps", "list", true), config("baseUrl")],
  },
  viber_bot: {
    main: [
      ...[secret("botToken"), config("senderName"), config("avatarUrl", "text", true)],
      ...[config("welcomeText", "area", true), config("shareLabel", "text", true)],
    ],
    more: [config("baseUrl")],
  },
  smpp: {
    main: [
      ...[config("host"), whole("port"), config("systemId"), secret("password"), config("sourceAddr")],
      config("tls", "switch"),
    ],
    more: [
      choice("bindMode", ["transceiver", "transmitter_receiver"]),
      ...[whole("sessions"), whole("window")],
      { in: "config", name: "enquireLinkS", type: "number", unit: "seconds" },
      choice("alphabet", ["gsm7", "gsm7_packed", "latin1", "ucs2"]),
      choice("longMessages", ["udh8", "udh16", "payload"]),
      choice("receiptIdFormat", ["auto", "hex", "decimal"]),
      ...[whole("receiptUtcOffsetMinutes"), config("systemType", "text", true)],
      ...[whole("sourceTon", true), whole("sourceNpi", true), whole("destinationTon"), whole("destinationNpi")],
      ...[config("tlsServername", "text", true), config("tlsCa", "area", true)],
      config("smartEncoding", "switch"),
    ],
  },
  http_sms: {
    main: [
      ...[config("accountSid"), secret("authToken")],
      ...[config("from", "text", true), config("messagingServiceSid", "text", true)],
    ],
    more: [config("baseUrl")],
  },
} as const satisfies Record<ConnectionKind, KindFields>;

export function fieldsOf(kind: ConnectionKind): readonly FormField[] {
  return [...KIND_FIELDS[kind].main, ...KIND_FIELDS[kind].more];
}

/** Path of a field's value in the input, as errors name it. */
export function pathOf(field: FormField): string {
  return `details.${field.in}.${field.name}`;
}
