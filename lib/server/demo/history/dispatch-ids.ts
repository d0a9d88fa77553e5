import { messageIdFloor } from "@/lib/domain/dispatch/attempt-reference";

/** Hands out block ids of past moments, laid out as next_block_id() does: milliseconds | shard | sequence | ordinal 0. */
export type BlockIds = { next(atMs: number): { readonly id: bigint; readonly atMs: number } };

const SEQUENCES = 64;

/** A 65th block of one millisecond moves on to the next one. */
export function createBlockIds(shard: number): BlockIds {
  const used = new Map<number, number>();
  return {
    next(wantedMs) {
      let atMs = Math.floor(wantedMs);
      while ((used.get(atMs) ?? 0) >= SEQUENCES) atMs += 1;
      const sequence = used.get(atMs) ?? 0;
      used.set(atMs, sequence + 1);
      return { id: BigInt(messageIdFloor(atMs)) | (BigInt(shard) << 16n) | (BigInt(sequence) << 10n), atMs };
    },
  };
}
