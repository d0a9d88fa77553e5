import type pg from "pg";
import type { InboundMessage, MessagePart } from "@/lib/carriers/connector";
import { isStopWord } from "@/lib/domain/dispatch/stop-words";
import type { Channel } from "@/lib/domain/vocabulary";
import type { Sql } from "../../db/pool";
import { runTransaction } from "../run-transaction";

export type InboundFrom = { readonly id: string; readonly accountId: string; readonly channel: Channel };
/** What is done with a whole message. May be called twice with the same one: after a crash in between. */
export type ReceiveInbound = (from: InboundFrom, message: InboundMessage) => Promise<void>;

/** Longer than any network holds a part back. */
const WAIT_HOURS = 24;
const MAX_EXPIRED_AT_ONCE = 100;

type PartKey = {
  readonly accountId: string;
  readonly connectionId: string;
  readonly sender: string;
  readonly recipient: string;
  readonly reference: string;
  readonly total: number;
};

/**
 * Takes in what a person wrote by SMS, of which a long one comes in parts, in any order and some of them twice. A part is stored for good
 * when this resolves; with the last one the whole is received first. A STOP in the first part does not wait for the others.
 */
export async function takeInbound(
  pool: pg.Pool,
  from: InboundFrom,
  message: InboundMessage,
  receive: ReceiveInbound,
): Promise<void> {
  const { part } = message;
  if (part === undefined) return receive(from, message);
  if (part.sequence === 1) {
    const [firstLine = ""] = message.text.split(/[\r\n]/, 1);
    if (isStopWord(firstLine)) await receive(from, { ...message, text: firstLine });
  }
  const key = keyOf(from, message, part);
  await storePart(pool, key, part.sequence, message.text, (former) => receive(from, former));
  await receiveWhole(pool, from, key, receive);
}

function keyOf(from: InboundFrom, { from: sender, to = "" }: InboundMessage, part: MessagePart): PartKey {
  const reference = `${part.width}:${part.reference}`;
  const clean = (text: string): string => text.replaceAll("\u0000", "").slice(0, 64);
  return {
    ...{ accountId: from.accountId, connectionId: from.id, sender: clean(sender), recipient: clean(to) },
    ...{ reference, total: part.total },
  };
}

const OF_KEY = `account_id = $1 AND connection_id = $2 AND sender = $3 AND recipient = $4 AND reference = $5 AND total = $6`;
const valuesOf = (key: PartKey): readonly (string | number)[] => [
  ...[key.accountId, key.connectionId, key.sender, key.recipient, key.reference, key.total],
];

/** Two parts at one moment must see each other. */
async function lockKey(sql: Sql, key: PartKey): Promise<void> {
  await sql.query("SELECT pg_advisory_xact_lock(hashtextextended($1, 7))", [JSON.stringify(valuesOf(key))]);
}

/**
 * The same part again changes nothing. Another text in its place is another message, since phones count only so far: it takes the place
 * of the former.
 *
 * @param onFormer takes the former as far as it had come, if it had not been received
 */
function storePart(
  pool: pg.Pool,
  key: PartKey,
  sequence: number,
  text: string,
  onFormer: (former: InboundMessage) => Promise<void>,
): Promise<void> {
  const content = Buffer.from(text, "utf16le");
  return runTransaction(pool, async (sql) => {
    await lockKey(sql, key);
    const stored = await readParts(sql, key);
    const same = stored.find((one) => one.sequence === sequence);
    if (same?.content.equals(content) === true) return;
    if (same?.joinedAt === null) await onFormer(join(key, stored));
    if (same !== undefined) await sql.query(`DELETE FROM inbound_part WHERE ${OF_KEY}`, [...valuesOf(key)]);
    await sql.query(
      `INSERT INTO inbound_part (account_id, connection_id, sender, recipient, reference, total, sequence, content)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [...valuesOf(key), sequence, content],
    );
  });
}

type StoredPart = {
  readonly sequence: number;
  readonly content: Buffer;
  readonly receivedAt: Date;
  readonly joinedAt: Date | null;
};

async function readParts(sql: Sql, key: PartKey): Promise<readonly StoredPart[]> {
  const { rows } = await sql.query(
    `SELECT sequence, content, received_at, joined_at FROM inbound_part WHERE ${OF_KEY} ORDER BY sequence`,
    [...valuesOf(key)],
  );
  return rows.map((row) => ({
    ...{ sequence: Number(row.sequence), content: row.content as Buffer },
    ...{ receivedAt: row.received_at as Date, joinedAt: row.joined_at as Date | null },
  }));
}

/** Received before it is marked: a crash in between receives it again, since the carrier has no answer yet and repeats the part. */
function receiveWhole(pool: pg.Pool, from: InboundFrom, key: PartKey, receive: ReceiveInbound): Promise<void> {
  return runTransaction(pool, async (sql) => {
    await lockKey(sql, key);
    const parts = await readParts(sql, key);
    if (parts.length < key.total || parts.some((part) => part.joinedAt !== null)) return;
    await receive(from, join(key, parts));
    await sql.query(`UPDATE inbound_part SET joined_at = now() WHERE ${OF_KEY}`, [...valuesOf(key)]);
  });
}

/** Where a part is missing an ellipsis stands. The id is the same however often the same parts are joined. */
function join(key: PartKey, parts: readonly StoredPart[]): InboundMessage {
  const chunks: Buffer[] = [];
  let next = 1;
  for (const { sequence, content } of parts) {
    if (sequence > next) chunks.push(GAP);
    chunks.push(content);
    next = sequence + 1;
  }
  if (next <= key.total) chunks.push(GAP);
  const text = Buffer.concat(chunks).toString("utf16le").toWellFormed();
  const firstMs = Math.min(...parts.map(({ receivedAt }) => receivedAt.getTime()));
  const carrierId = `parts:${key.sender}:${key.reference}:${key.total}:${firstMs}`;
  return { from: key.sender, to: key.recipient, text, carrierId, carrierTimeMs: null };
}

const GAP = Buffer.from("…", "utf16le");

/**
 * What has waited a day for its other parts is received as it came; what was received is forgotten. Any number of workers may do it.
 *
 * @returns how many messages were received incomplete
 */
export async function expireInboundParts(pool: pg.Pool, receive: ReceiveInbound): Promise<number> {
  const { rows } = await pool.query(
    `SELECT p.account_id, p.connection_id, sender, recipient, reference, total
     FROM inbound_part p GROUP BY p.account_id, p.connection_id, sender, recipient, reference, total
     HAVING min(received_at) < now() - make_interval(hours => $1) LIMIT $2`,
    [WAIT_HOURS, MAX_EXPIRED_AT_ONCE],
  );
  let incomplete = 0;
  for (const row of rows) {
    const key: PartKey = {
      ...{ accountId: String(row.account_id), connectionId: String(row.connection_id), sender: String(row.sender) },
      ...{ recipient: String(row.recipient), reference: String(row.reference), total: Number(row.total) },
    };
    const from: InboundFrom = { id: key.connectionId, accountId: key.accountId, channel: "sms" };
    if (await expireOne(pool, key, (message) => receive(from, message))) incomplete += 1;
  }
  return incomplete;
}

/** @returns whether something was received that was not whole */
function expireOne(pool: pg.Pool, key: PartKey, receive: (message: InboundMessage) => Promise<void>): Promise<boolean> {
  return runTransaction(pool, async (sql) => {
    await lockKey(sql, key);
    const parts = await readParts(sql, key); // none: another worker was first
    const isOpen = parts.length > 0 && parts.every(({ joinedAt }) => joinedAt === null);
    if (isOpen) await receive(join(key, parts));
    await sql.query(`DELETE FROM inbound_part WHERE ${OF_KEY}`, [...valuesOf(key)]);
    return isOpen;
  });
}
