import type { CarrierReceipt } from "@/lib/carriers/connector";
import { storableText } from "@/lib/carriers/wire/storable-text";
import type { Channel } from "@/lib/domain/vocabulary";

/** A receipt, and by which connection it came in. */
export type IncomingReceipt = CarrierReceipt & {
  readonly accountId: string;
  readonly connectionId: string;
  readonly shard: number;
  readonly channel: Channel;
  readonly receivedAtMs: number;
};

export function toIncoming(
  from: { readonly id: string; readonly accountId: string; readonly shard: number; readonly channel: Channel },
  receipt: CarrierReceipt,
  receivedAtMs: number,
): IncomingReceipt {
  const { accountId, shard, channel, id: connectionId } = from;
  return {
    ...receipt,
    carrierId: storableText(receipt.carrierId).slice(0, 512),
    code: receipt.code === null ? null : storableText(receipt.code),
    accountId,
    connectionId,
    shard,
    channel,
    receivedAtMs,
  };
}
