import type pg from "pg";
import type { SubscriberNews } from "@/lib/carriers/viber-bot/parse-event";
import { isStopWord } from "@/lib/domain/dispatch/stop-words";
import type { StoredConnection } from "../../connections/load-connections";
import { forgetStop, noteSubscriber, type Subscriber } from "../../connections/viber-subscribers";
import { receiveInbound } from "../receive-inbound";
import { suppress } from "../suppress";

/** Written before the number was known; it counts from now on. */
const EARLIER_STOP = "STOP";

/**
 * What a Viber bot is told of one person. What they write counts like any answer once their number is known. Leaving the bot is a
 * person's no: where the number is known no advertising goes to it, by any channel.
 */
export async function receiveBotEvent(
  pool: pg.Pool,
  connection: StoredConnection,
  news: SubscriberNews,
): Promise<Subscriber & { readonly optedOut: readonly string[] }> {
  const saysStop = news.text !== null && isStopWord(news.text);
  const subscriber = await noteSubscriber(pool, connection, news, saysStop);
  const { e164, hasStopped } = subscriber;
  if (e164 === null) return { ...subscriber, optedOut: [] };
  const carrierId = `${news.userId}:${news.atMs ?? 0}`;
  const texts = [...(hasStopped ? [EARLIER_STOP] : []), ...(news.text === null ? [] : [news.text])];
  const optedOut: string[] = [];
  for (const text of texts) {
    const message = { from: e164, text, carrierId, carrierTimeMs: news.atMs };
    optedOut.push(...(await receiveInbound(pool, connection, [message])));
  }
  if (hasStopped) await forgetStop(pool, connection, news.userId);
  if (news.subscribed === false) {
    const evidence = { channel: connection.channel, connectionId: connection.id, code: "unsubscribed" };
    await suppress(pool, connection.accountId, [
      { e164, channel: null, category: "marketing", reason: "blocked", evidence },
    ]);
  }
  return { ...subscriber, optedOut };
}
