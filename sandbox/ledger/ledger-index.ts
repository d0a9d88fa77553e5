import { CHANNEL_CODE } from "@/lib/domain/vocabulary";
import { hash32 } from "../scenarios/draw";
import { growingArray } from "./grow-array";
import type { LedgerEntry, LedgerQuery, LedgerSummary } from "./ledger-entry";

/** One bit of a byte for each receipt of an entry. */
export const maxReceipts = 8;

export type LedgerIndex = {
  count(): number;
  add(entry: LedgerEntry, offset: number, length: number): void;
  /** False when there is no such receipt or it is noted already. */
  acknowledge(seq: number, receipt: number): boolean;
  isAcknowledged(seq: number, receipt: number): boolean;
  place(position: number): { readonly offset: number; readonly length: number };
  /** May be wrong about the number (it compares a hash), never about the channel. */
  mayMatch(position: number, query: Partial<LedgerQuery>): boolean;
  summary(): LedgerSummary;
};

/** Some 20 bytes an entry, whatever was said in it. */
export function createLedgerIndex(): LedgerIndex {
  const offsets = growingArray((length) => new Float64Array(length));
  const lengths = growingArray((length) => new Uint32Array(length));
  const numbers = growingArray((length) => new Uint32Array(length));
  const channels = growingArray((length) => new Uint8Array(length));
  const masks = growingArray((length) => new Uint8Array(length));
  const byChannel: Record<string, number> = {};
  const byScenario: Record<string, number> = {};
  const receipts = { planned: 0, acknowledged: 0 };
  let count = 0;
  const isAcknowledged = (seq: number, receipt: number): boolean => (masks.get(seq - 1) & (1 << receipt)) !== 0;
  return {
    count: () => count,
    add(entry, offset, length) {
      offsets.set(count, offset);
      lengths.set(count, length);
      numbers.set(count, hash32(entry.to));
      channels.set(count, CHANNEL_CODE[entry.channel]);
      masks.set(count, 0);
      count += 1;
      const key = `${entry.channel}:${entry.scenario}`;
      byChannel[entry.channel] = (byChannel[entry.channel] ?? 0) + 1;
      byScenario[key] = (byScenario[key] ?? 0) + 1;
      receipts.planned += entry.receipts.length;
    },
    acknowledge(seq, receipt) {
      if (seq < 1 || seq > count || receipt >= maxReceipts || isAcknowledged(seq, receipt)) return false;
      masks.set(seq - 1, masks.get(seq - 1) | (1 << receipt));
      receipts.acknowledged += 1;
      return true;
    },
    isAcknowledged,
    place: (position) => ({ offset: offsets.get(position), length: lengths.get(position) }),
    mayMatch: (position, { to, channel }) =>
      (!to || numbers.get(position) === hash32(to)) && (!channel || channels.get(position) === CHANNEL_CODE[channel]),
    summary: () => ({
      accepted: count,
      byChannel: { ...byChannel },
      byScenario: { ...byScenario },
      receipts: { ...receipts },
    }),
  };
}
