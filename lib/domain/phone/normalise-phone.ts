import {
  isSupportedCountry,
  parsePhoneNumberFromString,
  validatePhoneNumberLength,
  type CountryCode,
  type PhoneNumber,
} from "libphonenumber-js/max";
import type { Locale } from "../vocabulary";

export type { CountryCode };

/** Why a cell holds no number that a message can go to. */
export const PHONE_PROBLEMS = [
  "empty",
  "text",
  "too_short",
  "too_long",
  "landline",
  "spreadsheet_damage",
  "formula",
  "invalid",
] as const;
export type PhoneProblem = (typeof PHONE_PROBLEMS)[number];

export type NormalisedPhone =
  | { ok: true; /** With the plus sign. */ e164: string; /** ISO 3166-1 alpha-2. */ country: string }
  | { ok: false; reason: PhoneProblem };

/** Longest thing that is still looked at: E.164 has 15 digits, and people decorate them. */
const MAX_INPUT_LENGTH = 100;

/** The same with invisible characters in between. */
const MAX_DECORATED_LENGTH = 400;

const LABEL = /^(?:tel|phone|mobile|mob|cell|тел|моб|հեռ|բջջ)\s*[.:]*\s*/iu;

/** `3.7491E+10`, also with a decimal comma: the last digits are gone for good. */
const SCIENTIFIC = /^[+-]?\d+(?:[.,]\d+)?e[+-]?\d+$/i;

/** `########` (column too narrow) and Excel's error values. */
const ERROR_VALUE = /^#(?:#+|N\/A|VALUE!|REF!|NAME\?|NUM!|NULL!|DIV\/0!)$/i;

/**
 * Reads a number the way people and spreadsheets write it: national, international, with `00`, `tel:`,
 * blanks, dashes and brackets of any kind, full-width or Arabic digits. Digits with no plus that are no
 * national number but a valid international one count as international.
 *
 * Accepted are numbers that can be mobile (in some countries, the United States among them, the plan
 * does not tell mobile from fixed). A valid number of any other kind is `landline` or `invalid`.
 *
 * The cost does not depend on the length of the input.
 */
export function normalisePhone(input: string, defaultCountry: CountryCode): NormalisedPhone {
  const cleaned = cleanInput(input);
  if (typeof cleaned !== "string") return cleaned;
  const number = parseDigits(cleaned, defaultCountry);
  if (number === null || !number.isValid() || number.country === undefined) {
    return { ok: false, reason: explainInvalid(cleaned, defaultCountry) };
  }
  const type = number.getType();
  if (type === "MOBILE" || type === "FIXED_LINE_OR_MOBILE") {
    return { ok: true, e164: number.number, country: number.country };
  }
  return { ok: false, reason: type === "FIXED_LINE" ? "landline" : "invalid" };
}

/**
 * What to look a number up by, however it is written: the digits of the E.164 form for a whole number
 * (a landline too: history is searched, nothing is sent), else the digits as typed, for a search by the
 * number's end. null when that is no number, or fewer than 4 digits.
 */
export function searchDigits(input: string, defaultCountry: CountryCode): string | null {
  const cleaned = cleanInput(input);
  if (typeof cleaned !== "string") return null;
  const number = parseDigits(cleaned, defaultCountry);
  if (number?.isValid() === true) return number.number.slice(1);
  const digits = cleaned.replace(/\D/g, "");
  return digits.length >= 4 && digits.length <= 15 ? digits : null;
}

/**
 * For display: `+374 91 234567`. Readers of all our languages write international numbers alike, so the
 * locale changes nothing today. What is no number comes back as it is, cut short.
 */
export function formatPhone(e164: string, ..._locale: readonly [locale?: Locale]): string {
  const shown = e164.slice(0, MAX_INPUT_LENGTH);
  return parsePhoneNumberFromString(shown)?.formatInternational() ?? shown;
}

/** Whether numbers can be read with it as the default; for an account's setting. */
export function isPhoneCountry(code: string): code is CountryCode {
  return isSupportedCountry(code);
}

/** The country that an account's numbers are read by: its own, and Armenia where numbers cannot be read with that. */
export function phoneCountryOf(code: string): CountryCode {
  return isPhoneCountry(code) ? code : "AM";
}

/** Digits with at most a leading plus, or why there are none. */
function cleanInput(input: string): string | { ok: false; reason: PhoneProblem } {
  const refuse = (reason: PhoneProblem) => ({ ok: false, reason }) as const;
  const whole = input.trim();
  const trimmed = dropInvisible(whole.slice(0, MAX_DECORATED_LENGTH));
  const text = toAsciiDigits(trimmed.slice(0, MAX_INPUT_LENGTH + 1)).replace(/^'/, "");
  if (text === "") return refuse("empty");
  if (/^[=@]/.test(text) || /^[+-]\s*\p{L}[\p{L}\d]*\(/u.test(text)) return refuse("formula");
  if (SCIENTIFIC.test(text) || ERROR_VALUE.test(text)) return refuse("spreadsheet_damage");
  const unlabelled = text.replace(LABEL, "").replace(/^(\+?\d+)[.,]0+$/, "$1");
  if (/\p{L}/u.test(unlabelled) || (unlabelled === "" && text !== "")) return refuse("text");
  const bare = unlabelled.replace(/[\s\p{Pd}\u2212()[\]./\u00b7_]/gu, "");
  if (!/\d/.test(bare)) return refuse("empty");
  if (!/^\+{0,2}\d+$/.test(bare)) return refuse("invalid");
  if (whole.length > MAX_DECORATED_LENGTH || trimmed.length > MAX_INPUT_LENGTH) return refuse("too_long");
  return bare.replace(/^(?:\+{1,2}(?:00(?=[1-9]))?|00(?=[1-9]))/, "+");
}

/** Zero-width and direction marks, soft hyphens and the byte order mark come along with copied numbers. */
function dropInvisible(text: string): string {
  return text.replace(/[\p{Cf}\p{Cc}]/gu, (char) => (/[\t\n\r]/.test(char) ? " " : "")).trim();
}

function toAsciiDigits(text: string): string {
  return text
    .normalize("NFKC")
    .replace(/[٠-٩]/g, (digit) => String(digit.charCodeAt(0) - 0x0660))
    .replace(/[۰-۹]/g, (digit) => String(digit.charCodeAt(0) - 0x06f0))
    .trim();
}

/** National first: a number that is both is taken as the account's own country's. */
function parseDigits(digits: string, defaultCountry: CountryCode): PhoneNumber | null {
  const national = parsePhoneNumberFromString(digits, defaultCountry) ?? null;
  if (digits.startsWith("+") || national?.isValid() === true) return national;
  const international = parsePhoneNumberFromString(`+${digits}`) ?? null;
  return international?.isValid() === true ? international : national;
}

function explainInvalid(digits: string, defaultCountry: CountryCode): PhoneProblem {
  if (/^\+?0+$/.test(digits)) return "invalid";
  switch (validatePhoneNumberLength(digits, defaultCountry)) {
    case "TOO_SHORT":
      return "too_short";
    case "TOO_LONG":
      return "too_long";
    default:
      return "invalid";
  }
}
