import type { Channel } from "@/lib/domain/vocabulary";
import type { Scenario } from "./vocabulary";

export type MagicNumber = {
  /** The number's last four digits. */
  readonly ending: string;
  readonly scenario: Scenario;
  readonly channels: readonly Channel[];
};

const messengers: readonly Channel[] = ["whatsapp", "viber"];
const all: readonly Channel[] = ["whatsapp", "viber", "sms"];
const sms: readonly Channel[] = ["sms"];

/** For trying things by hand. On a channel that is not named the number simply gets its message. */
export const magicNumbers: readonly MagicNumber[] = [
  { ending: "0001", scenario: "delivered_read", channels: all },
  { ending: "0002", scenario: "delivered", channels: all },
  { ending: "0003", scenario: "never", channels: messengers },
  { ending: "0004", scenario: "not_on_whatsapp", channels: ["whatsapp"] },
  { ending: "0005", scenario: "not_on_viber", channels: ["viber"] },
  { ending: "0006", scenario: "delivered_late", channels: messengers },
  { ending: "0007", scenario: "blocked", channels: messengers },
  { ending: "0008", scenario: "opted_out", channels: messengers },
  { ending: "0009", scenario: "throttled", channels: all },
  { ending: "0010", scenario: "error_500", channels: all },
  { ending: "0011", scenario: "timeout", channels: all },
  { ending: "0012", scenario: "receipt_twice", channels: all },
  { ending: "0013", scenario: "receipts_out_of_order", channels: all },
  { ending: "0014", scenario: "receipt_before_response", channels: all },
  { ending: "0015", scenario: "ids_hex", channels: sms },
  { ending: "0016", scenario: "ids_decimal", channels: sms },
  { ending: "0017", scenario: "undeliverable", channels: sms },
  { ending: "0018", scenario: "expired", channels: all },
  { ending: "0019", scenario: "never", channels: all },
  { ending: "0020", scenario: "undeliverable", channels: all },
];

const byEnding: ReadonlyMap<string, MagicNumber> = new Map(magicNumbers.map((magic) => [magic.ending, magic]));

export function findMagicScenario(channel: Channel, to: string): Scenario | null {
  const magic = byEnding.get(to.slice(-4));
  if (magic === undefined) return null;
  return magic.channels.includes(channel) ? magic.scenario : "delivered";
}
