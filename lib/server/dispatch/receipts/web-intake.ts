import { hostname } from "node:os";
import { pool } from "../../db/pool";
import { logger } from "../../logger";
import { findConnectionByToken, type StoredConnection } from "../../connections/load-connections";
import { beatIntake } from "./beat-intake";
import { createReceiptBatcher, type ReceiptBatcher } from "./receipt-batcher";

const held = globalThis as typeof globalThis & {
  kamurjBatcher?: ReceiptBatcher;
  kamurjBeat?: NodeJS.Timeout;
  kamurjConnections?: Map<string, { readonly connection: StoredConnection | null; readonly atMs: number }>;
  kamurjRefusedWebhooks?: number;
};

/** The web process's batcher. On globalThis because Next loads server code in more than one module graph. */
export function webBatcher(): ReceiptBatcher {
  held.kamurjBatcher ??= createReceiptBatcher({ pool: pool(), now: Date.now });
  return held.kamurjBatcher;
}

const FRESH_MS = 5_000;
const MAX_TOKENS = 10_000;

/** As insertConnection makes them; anything else was never given out, and may hold what PostgreSQL's text refuses. */
const TOKEN = /^[\w-]{16,128}$/;

/** Remembered for some seconds, unknown tokens too: guessing costs the database nothing. */
export async function connectionOfToken(token: string): Promise<StoredConnection | null> {
  if (!TOKEN.test(token)) return null;
  const known = (held.kamurjConnections ??= new Map());
  const hit = known.get(token);
  if (hit !== undefined && Date.now() - hit.atMs < FRESH_MS) return hit.connection;
  const connection = await findConnectionByToken(pool(), token);
  if (known.size >= MAX_TOKENS) known.clear();
  known.set(token, { connection, atMs: Date.now() });
  return connection;
}

/** Requests whose signature or address was wrong, since the start. */
export function countRefusedWebhook(): number {
  held.kamurjRefusedWebhooks = (held.kamurjRefusedWebhooks ?? 0) + 1;
  return held.kamurjRefusedWebhooks;
}

const BEAT_MS = 1_000;

/** Tells the worker every second that webhooks are being taken in; stops by itself when the process does. */
export function startWebIntake(): void {
  if (held.kamurjBeat !== undefined) return;
  let failing = false;
  const source = `web:${hostname()}:${process.pid}`;
  held.kamurjBeat = setInterval(() => {
    const { lagMs, backlog } = webBatcher().health(Date.now());
    beatIntake(pool(), [
      { source, channel: "whatsapp", lagMs, backlog },
      { source, channel: "viber", lagMs, backlog },
      // Of SMS over HTTP; an SMPP line beats for itself while it is bound.
      { source, channel: "sms", lagMs, backlog },
    ]).then(
      () => {
        failing = false;
      },
      (err: unknown) => {
        if (!failing) logger().error({ err }, "the receipt intake cannot beat; fallback timers wait");
        failing = true;
      },
    );
  }, BEAT_MS);
  held.kamurjBeat.unref();
}
