import type { Channel } from "../vocabulary";
import { OWN_CODES, SMS_CODES, VIBER_CODES, WHATSAPP_CODES, type CodeTable } from "./code-tables";

/**
 * What a carrier's no means for the message, and for what comes behind it.
 *
 * - `fallback`             surely not reachable here: the next step now
 * - `fallback_if_allowed`  not delivered, though not for good: the next step if the policy says so
 * - `retry`                nothing was taken; the same send again with backoff
 * - `slow_down`            nothing was taken; the whole channel goes slower, nobody falls back for it
 * - `sender_fault`         the sender itself is at fault, so everyone behind will fail too: marketing stops
 *                          and does not spill onto the next channel; authentication and utility fall back
 * - `template_fault`       the template is at fault: the campaign pauses and does not spill
 * - `content_fault`        this message as written is refused: it fails
 * - `bad_number`           no such number on any channel: it fails
 * - `opt_out`, `blocked`   the person said no: never the next step
 * - `unknown_outcome`      it may or may not have been taken: treated like a timeout, never simply repeated
 */
export type CarrierAction =
  | "fallback"
  | "fallback_if_allowed"
  | "retry"
  | "slow_down"
  | "sender_fault"
  | "template_fault"
  | "content_fault"
  | "opt_out"
  | "blocked"
  | "bad_number"
  | "unknown_outcome";

/** Worth knowing before the next message to the same person (or, for a country, to anyone there). */
export type CarrierFact = "not_on_channel" | "opted_out" | "blocked" | "country_closed";

export type CarrierCodeRule = {
  readonly action: CarrierAction;
  /** `forMs` null: until someone lifts it. */
  readonly remember?: { readonly fact: CarrierFact; readonly forMs: number | null };
  /** In the catalogue namespace `carrierCodes`. */
  readonly messageKey: string;
};

const TABLES = {
  whatsapp: WHATSAPP_CODES,
  viber: VIBER_CODES,
  sms: SMS_CODES,
} as const satisfies Record<Channel, CodeTable>;

/**
 * Codes that no table has. An explicit no says that nothing was taken and a negative receipt that
 * nothing arrived, so the next channel cannot reach anyone twice; whether it is worth the money is the
 * policy's decision. SMS is the last resort of every route: there an unlisted no simply fails, since
 * repeating what we do not understand costs money each time.
 */
const DEFAULT_ACTION = {
  whatsapp: "fallback_if_allowed",
  viber: "fallback_if_allowed",
  sms: "content_fault",
} as const satisfies Record<Channel, CarrierAction>;

/**
 * The rule for a carrier's code, as connectors hand it over: "131026", "9" (or "bot:6" from Viber's bot
 * API, whose numbers mean other things), "0x00000058", "UNDELIV:045", or one of our own ("timeout").
 *
 * A receipt comes after the carrier had taken the message, so there is nothing left to retry or to slow
 * down: such a code then means that this attempt is over and the next step is asked.
 */
export function classifyRefusal(channel: Channel, code: string, kind: "refusal" | "receipt"): CarrierCodeRule {
  const key = normaliseCode(channel, code);
  const entry = findEntry(TABLES[channel], key);
  const own = entry === null ? findOwn(key) : null;
  const [action, remember] = entry ?? own?.entry ?? [DEFAULT_ACTION[channel]];
  const place = entry === null ? "default" : key.replace(":", "_");
  return {
    action: kind === "receipt" ? afterAcceptance(action) : action,
    ...(remember === undefined ? {} : { remember }),
    messageKey: own === null ? `${channel}.${place}` : `own.${own.key}`,
  };
}

/** Every code that has a rule of its own, as connectors write it. */
export function listCarrierCodes(channel: Channel): readonly string[] {
  return Object.keys(TABLES[channel]);
}

function afterAcceptance(action: CarrierAction): CarrierAction {
  if (action === "retry") return "fallback";
  return action === "slow_down" ? "fallback_if_allowed" : action;
}

/** SMPP codes in any writing become `0x%08X`; a receipt's state loses the network's error behind the colon. */
function normaliseCode(channel: Channel, code: string): string {
  const text = code.slice(0, 60).trim();
  if (channel !== "sms") return text;
  const status = /^0x([0-9a-f]{1,8})$/i.exec(text)?.[1];
  if (status !== undefined) return `0x${status.toUpperCase().padStart(8, "0")}`;
  const state = /^[A-Z]{5,8}/.exec(text.toUpperCase())?.[0];
  return state !== undefined && findEntry(SMS_CODES, state) !== null ? state : text;
}

function findEntry(table: CodeTable, key: string): CodeTable[string] | null {
  return Object.hasOwn(table, key) ? (table[key] ?? null) : null;
}

/** Own codes name HTTP answers one by one; those without a rule share one for their hundred. */
function findOwn(code: string): { key: string; entry: CodeTable[string] } | null {
  for (const key of [code, code.replace(/^http_([45])\d\d$/, "http_$1xx")]) {
    const entry = findEntry(OWN_CODES, key);
    if (entry !== null) return { key, entry };
  }
  return null;
}
