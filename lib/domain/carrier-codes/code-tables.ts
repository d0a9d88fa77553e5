import type { CarrierAction, CarrierCodeRule } from "./classify-refusal";

export type CodeTable = Readonly<
  Record<string, readonly [action: CarrierAction, remember?: NonNullable<CarrierCodeRule["remember"]>]>
>;

const DAY_MS = 24 * 60 * 60 * 1000;

/** People install messengers: after a month the channel deserves another try. */
const NOT_ON_CHANNEL = { fact: "not_on_channel", forMs: 30 * DAY_MS } as const;
/** A phone switched to another SIM or tablet for the moment. */
const NO_DEVICE = { fact: "not_on_channel", forMs: 7 * DAY_MS } as const;
const OPTED_OUT = { fact: "opted_out", forMs: null } as const;
const BLOCKED = { fact: "blocked", forMs: null } as const;
const COUNTRY_CLOSED = { fact: "country_closed", forMs: 30 * DAY_MS } as const;

/** Cloud API error codes (Meta, "Error codes"), and two words for receipts without a code. */
export const WHATSAPP_CODES = {
  "131026": ["fallback", NOT_ON_CHANNEL],
  "130472": ["fallback"],
  "131049": ["fallback_if_allowed"],
  "131050": ["opt_out", OPTED_OUT],
  "131047": ["fallback_if_allowed"],
  "131056": ["retry"],
  "130429": ["slow_down"],
  "4": ["slow_down"],
  "80007": ["slow_down"],
  "131000": ["retry"],
  "131016": ["retry"],
  "131057": ["retry"],
  "2": ["retry"],
  "131048": ["sender_fault"],
  "131031": ["sender_fault"],
  "368": ["sender_fault"],
  "131042": ["sender_fault"],
  "131045": ["sender_fault"],
  "131064": ["sender_fault"],
  "190": ["sender_fault"],
  "132000": ["template_fault"],
  "132001": ["template_fault"],
  "132005": ["template_fault"],
  "132007": ["template_fault"],
  "132008": ["template_fault"],
  "132012": ["template_fault"],
  "132015": ["template_fault"],
  "132016": ["template_fault"],
  "131008": ["content_fault"],
  "131009": ["content_fault"],
  "131051": ["content_fault"],
  "131053": ["content_fault"],
  "130497": ["fallback", COUNTRY_CLOSED],
  failed: ["fallback"],
  expired: ["fallback"],
} as const satisfies CodeTable;

/**
 * Statuses of the business (partner) protocol; `bot:` ones belong to the bot API, where a receiver is a
 * subscriber and not a number, so that a fault of the receiver says nothing lasting about the number.
 */
export const VIBER_CODES = {
  "9": ["fallback", NOT_ON_CHANNEL],
  "10": ["fallback", NO_DEVICE],
  "8": ["blocked", BLOCKED],
  "1": ["unknown_outcome"],
  "7": ["unknown_outcome"],
  "3": ["template_fault"],
  "5": ["template_fault"],
  "6": ["template_fault"],
  "18": ["template_fault"],
  "20": ["template_fault"],
  "28": ["template_fault"],
  "29": ["template_fault"],
  "30": ["template_fault"],
  "31": ["template_fault"],
  "32": ["template_fault"],
  "38": ["template_fault"],
  "39": ["template_fault"],
  "40": ["template_fault"],
  "41": ["template_fault"],
  "27": ["bad_number"],
  "2": ["sender_fault"],
  "13": ["sender_fault"],
  "43": ["sender_fault"],
  "401": ["sender_fault"],
  "21": ["content_fault"],
  failed: ["fallback"],
  expired: ["fallback"],
  "bot:2": ["sender_fault"],
  "bot:3": ["template_fault"],
  "bot:4": ["template_fault"],
  "bot:5": ["fallback"],
  "bot:6": ["fallback"],
  // publicAccountBlocked: Viber has blocked the bot, not a person.
  "bot:7": ["sender_fault"],
  "bot:8": ["sender_fault"],
  "bot:9": ["sender_fault"],
  "bot:10": ["sender_fault"],
  "bot:11": ["fallback"],
  "bot:12": ["slow_down"],
  "bot:24": ["sender_fault"],
  // Ours, of a bot that was not asked: nothing left.
  not_subscribed: ["fallback"],
  not_for_codes: ["fallback"],
} as const satisfies CodeTable;

/**
 * SMPP 3.4 command statuses (section 5.1.3) and the states of a receipt (appendix B); five digits are the codes of HTTP providers in
 * Twilio's shape ("Error and warning dictionary").
 */
export const SMS_CODES = {
  "0x00000058": ["slow_down"],
  "0x00000014": ["slow_down"],
  "0x00000008": ["retry"],
  "0x00000064": ["retry"],
  "0x00000004": ["retry"],
  "0x0000000A": ["sender_fault"],
  "0x0000000D": ["sender_fault"],
  "0x0000000E": ["sender_fault"],
  "0x0000000F": ["sender_fault"],
  "0x00000015": ["sender_fault"],
  "0x00000048": ["sender_fault"],
  "0x00000049": ["sender_fault"],
  "0x0000000B": ["bad_number"],
  "0x00000050": ["bad_number"],
  "0x00000051": ["bad_number"],
  "0x00000001": ["content_fault"],
  "0x00000045": ["content_fault"],
  "0x00000061": ["content_fault"],
  "0x00000062": ["content_fault"],
  "0x00000065": ["content_fault"],
  "0x00000066": ["content_fault"],
  EXPIRED: ["fallback"],
  DELETED: ["fallback"],
  UNDELIV: ["fallback"],
  REJECTD: ["fallback_if_allowed"],
  UNKNOWN: ["unknown_outcome"],
  ACCEPTD: ["unknown_outcome"],
  ENROUTE: ["unknown_outcome"],
  "20429": ["slow_down"],
  "14107": ["slow_down"],
  "21611": ["slow_down"],
  "30001": ["fallback_if_allowed"],
  "20500": ["unknown_outcome"],
  "30008": ["fallback"],
  "30010": ["fallback_if_allowed"],
  "20003": ["sender_fault"],
  "20404": ["sender_fault"],
  "21603": ["sender_fault"],
  "21606": ["sender_fault"],
  "21659": ["sender_fault"],
  "30002": ["sender_fault"],
  "30034": ["sender_fault"],
  "21408": ["sender_fault"],
  "21211": ["bad_number"],
  "21614": ["bad_number"],
  "21265": ["bad_number"],
  "30005": ["bad_number"],
  "30006": ["bad_number"],
  "21602": ["content_fault"],
  "21617": ["content_fault"],
  "21609": ["content_fault"],
  "30007": ["content_fault"],
  "21610": ["opt_out", OPTED_OUT],
  // "Blocked" by the person or by the carrier, which the code does not tell apart: no opt-out follows from it.
  "30004": ["fallback_if_allowed"],
  "30003": ["fallback"],
  undelivered: ["fallback"],
  failed: ["fallback"],
  canceled: ["content_fault"],
} as const satisfies CodeTable;

/** Codes that our connectors give where the carrier gave none (lib/carriers/connector.ts). */
export const OWN_CODES = {
  connection_refused: ["retry"],
  dns: ["retry"],
  aborted: ["retry"],
  timeout: ["unknown_outcome"],
  reset: ["unknown_outcome"],
  session_lost: ["unknown_outcome"],
  bad_response: ["unknown_outcome"],
  no_connection: ["fallback"],
  // As WhatsApp's 131047, which it saves a call.
  outside_window: ["fallback_if_allowed"],
  http_401: ["sender_fault"],
  http_403: ["sender_fault"],
  http_429: ["slow_down"],
  http_4xx: ["content_fault"],
  http_5xx: ["unknown_outcome"],
} as const satisfies CodeTable;
