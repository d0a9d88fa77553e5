/** One send of a message: by which step of its route, and which try of that step (0 unless proof came that nothing had left). */
export type AttemptKey = {
  readonly shard: number;
  /** Decimal; 63 bits do not fit into a number. */
  readonly messageId: string;
  readonly step: number;
  readonly try: number;
};

/** What the carrier is given as our reference: `<shard>.<message id>.<step>.<try>`. */
export function formatReference(key: AttemptKey): string {
  return `${key.shard}.${key.messageId}.${key.step}.${key.try}`;
}

/** Null for anything that we never wrote: what comes back from outside is only a text. */
export function parseReference(text: string | null): AttemptKey | null {
  const match = /^(\d{1,2})\.([1-9]\d{0,18})\.(\d{1,2})\.(\d{1,3})$/.exec(text ?? "");
  if (match === null) return null;
  const key = { shard: Number(match[1]), messageId: match[2] ?? "", step: Number(match[3]), try: Number(match[4]) };
  if (key.shard > 63 || BigInt(key.messageId) > MAX_ID || shardOfMessage(key.messageId) !== key.shard) return null;
  return key;
}

const MAX_ID = (1n << 63n) - 1n;
const EPOCH_MS = 1_577_836_800_000; // 2020-01-01, see dispatch_id_floor in the first migration

/** The shard is in the id: milliseconds (41 bits) | shard (6) | sequence (6) | ordinal (10). */
export function shardOfMessage(messageId: string): number {
  return Number((BigInt(messageId) >> 16n) & 63n);
}

/** When the message was queued, milliseconds since the epoch, UTC. */
export function queuedAtMs(messageId: string): number {
  return Number(BigInt(messageId) >> 22n) + EPOCH_MS;
}

/** The smallest id of that millisecond: ranges of ids are ranges of time. */
export function messageIdFloor(atMs: number): string {
  return (BigInt(Math.floor(atMs) - EPOCH_MS) << 22n).toString();
}

/** The id as the API and addresses write it: `msg_<decimal>`. */
export function toPublicMessageId(messageId: string): string {
  return `msg_${messageId}`;
}

/** Null if it is none. */
export function fromPublicMessageId(text: string): string | null {
  const match = /^msg_([1-9]\d{0,18})$/.exec(text);
  return match?.[1] === undefined || BigInt(match[1]) > MAX_ID ? null : match[1];
}
