import type { Role } from "@/lib/domain/vocabulary";

export const DEMO_PASSWORD = "bridge-demo-2026";

export type DemoAccount = {
  readonly key: string;
  readonly name: string;
  readonly smsFallbackEnabled: boolean;
  /** Whether a month of traffic is made up for it. */
  readonly hasHistory: boolean;
  readonly people: readonly {
    readonly email: string;
    readonly name: string;
    readonly role: Role;
    readonly locale: "en" | "hy" | "ru";
  }[];
  readonly carriers: {
    readonly phoneNumberId: string;
    /** The business account at the sandbox. */
    readonly wabaId: string;
    readonly serviceId: number;
    readonly systemId: string;
    readonly sender: string;
  };
};

/** Two, so that separation is visible: one with a month of history, one empty. */
export const DEMO_ACCOUNTS = [
  {
    key: "ararat",
    name: "Ararat Bank",
    smsFallbackEnabled: true,
    hasHistory: true,
    people: [
      { email: "admin@ararat.demo", name: "Անի Սարգսյան", role: "admin", locale: "en" },
      { email: "marketer@ararat.demo", name: "Նարեկ Գրիգորյան", role: "marketer", locale: "en" },
      { email: "support@ararat.demo", name: "Ольга Кузнецова", role: "support", locale: "en" },
      { email: "developer@ararat.demo", name: "Գոռ Պետրոսյան", role: "developer", locale: "en" },
    ],
    carriers: {
      ...{ phoneNumberId: "109876543210001", wabaId: "209876543210001" },
      ...{ serviceId: 4711, systemId: "ararat", sender: "ARARAT" },
    },
  },
  {
    key: "ani",
    name: "Ani Travel",
    smsFallbackEnabled: false,
    hasHistory: false,
    people: [{ email: "admin@ani.demo", name: "Մարիամ Հակոբյան", role: "admin", locale: "en" }],
    carriers: {
      ...{ phoneNumberId: "109876543210002", wabaId: "209876543210002" },
      ...{ serviceId: 4712, systemId: "ani", sender: "ANITRAVEL" },
    },
  },
] as const satisfies readonly DemoAccount[];

/** Micros of EUR. SMS per segment, WhatsApp and Viber per delivered message. Invented, in the usual proportions. */
export const DEMO_PRICES = [
  { channel: "whatsapp", country: "*", priceMicros: 30_000 },
  { channel: "viber", country: "*", priceMicros: 24_000 },
  { channel: "sms", country: "AM", priceMicros: 45_000 },
  { channel: "sms", country: "RU", priceMicros: 68_000 },
  { channel: "sms", country: "GE", priceMicros: 52_000 },
  { channel: "sms", country: "*", priceMicros: 60_000 },
] as const;
