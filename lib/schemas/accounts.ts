import { isSupportedCountry } from "libphonenumber-js";
import { z } from "zod";
import { CHANNELS, type Channel } from "@/lib/domain/vocabulary";
import { lineOf } from "./accounts-line";

const timeZone = z.string("field.required").max(64, "field.tooLong").refine(isTimeZone, "field.timeZone");
const currency = z
  .string("field.required")
  .regex(/^[A-Z]{3}$/, "field.currency")
  .refine(isCurrency, "field.currency");
const country = z
  .string("field.required")
  .max(2, "field.country")
  .refine((code): boolean => isSupportedCountry(code), "field.country");

export const accountSettingsInput = z.object({
  name: lineOf(120),
  timeZone,
  currency,
  defaultCountry: country,
});
export type AccountSettingsInput = z.output<typeof accountSettingsInput>;

export type AccountSettings = AccountSettingsInput & {
  /** Priced messages exist: the currency cannot change any more. */
  readonly currencyLocked: boolean;
};

/** Micros of a price written as people write it ("0.0275", "0,0275"); null if it is not one or is finer than a micro. */
export function parsePriceMicros(text: string): number | null {
  const match = /^(\d{1,6})(?:[.,](\d{1,6}))?$/.exec(text.trim());
  if (match === null) return null;
  return Number(match[1]) * 1_000_000 + Number((match[2] ?? "").padEnd(6, "0"));
}

export const priceInput = z.object({
  channel: z.enum(CHANNELS, "field.invalid"),
  country: z.literal("*").or(country),
  price: z
    .string("field.required")
    .max(20, "field.tooLong")
    .transform((text, ctx) => {
      const micros = parsePriceMicros(text);
      if (micros === null) ctx.addIssue({ code: "custom", message: "field.price" });
      return micros ?? 0;
    }),
  /** First day it holds, in the account's time zone; today means from this moment on. */
  validFrom: z.iso.date("field.date"),
});
export type PriceInput = z.output<typeof priceInput>;

export type PriceRow = {
  readonly id: string;
  readonly channel: Channel;
  readonly country: string;
  readonly priceMicros: number;
  readonly validFrom: string;
  /** `replaced` stays as history: what was sent then was priced by it. */
  readonly state: "current" | "future" | "replaced";
};

export type PriceList = { readonly currency: string; readonly today: string; readonly prices: readonly PriceRow[] };

/** Keyset by sequence number: entries older than `before`. */
export const auditPageInput = z.object({
  before: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER).optional(),
});

export type AuditRow = {
  readonly seq: number;
  readonly at: string;
  readonly actorKind: "user" | "api_key" | "system";
  readonly actorName: string;
  readonly action: string;
  readonly target: string | null;
  /** What the target is called today; null if it is gone or has no name. */
  readonly subject: string | null;
  readonly detail: Readonly<Record<string, string | number | boolean | null>>;
};

export type AuditPage = { readonly entries: readonly AuditRow[]; readonly olderBefore: number | null };

/** `brokenAt`: the first entry that does not follow from the one before. */
export type AuditVerdict =
  | { readonly ok: true; readonly entries: number }
  | { readonly ok: false; readonly entries: number; readonly brokenAt: number };

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    // Offsets ("+04:00") are zones to Intl, but PostgreSQL reads their sign the other way round.
    return /^[A-Za-z]/.test(name);
  } catch {
    return false;
  }
}

function isCurrency(code: string): boolean {
  return Intl.supportedValuesOf("currency").includes(code);
}
