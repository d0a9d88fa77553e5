import type pg from "pg";
import type { Logger } from "pino";
import { messageIdFloor } from "@/lib/domain/dispatch/attempt-reference";
import { gapOf, readConservation, type ConservationSlice } from "../dispatch/conservation";

/** So old, a message has no open end: a wait lasts seven days at most. */
export const CONSERVATION_WINDOW_DAYS = 14;

export type ConservationView = {
  /** Messages that are lost or stand twice, of the present round or the last whole one, whichever found more; null: nothing read yet. */
  readonly gap: number | null;
  /** How many messages the last whole round looked at. */
  readonly checked: number;
  /** When it ended, milliseconds since the epoch; null: none has. */
  readonly checkedAtMs: number | null;
};

export type ConservationWatch = {
  view(): ConservationView;
  /** One stretch of the round. */
  step(): Promise<void>;
};

type Place = { readonly shard: number; readonly after: string };

/** Messages looked at in one step. */
const STRETCH = 20_000;

/**
 * Walks round and round through the messages of the last {@link CONSERVATION_WINDOW_DAYS} days, a stretch at a time, so that a step
 * costs the same whatever has been sent: up to {@link STRETCH} messages every 15 seconds are always fully in view, a million is once in
 * some twelve minutes. What a stretch lacks is read a second time before it is believed and logged.
 */
export function watchConservation(options: {
  readonly sql: pg.Pool;
  readonly shards: () => Promise<readonly number[]>;
  readonly now: () => number;
  readonly logger: Logger;
  readonly stretch?: number;
}): ConservationWatch {
  const { sql, shards, now, logger, stretch = STRETCH } = options;
  let places: Place[] = [];
  let round = { gap: 0, checked: 0 };
  let last: ConservationView = { gap: null, checked: 0, checkedAtMs: null };
  let hasRead = false;

  const read = async (place: Place, limit: number): Promise<ConservationSlice> => {
    const slice = await readConservation(sql, place.shard, { after: place.after, limit });
    if (gapOf(slice) === 0) return slice;
    const again = await readConservation(sql, place.shard, { after: place.after, limit });
    const { missing, doubled, examples } = again;
    if (gapOf(again) > 0) {
      logger.error(
        { shard: place.shard, missing, doubled, messageIds: examples.map((id) => `msg_${id}`) },
        "the books do not balance: accepted messages are in no state, or in the queue twice",
      );
    }
    return again;
  };
  const endRound = (): void => {
    last = { gap: round.gap, checked: round.checked, checkedAtMs: now() };
    round = { gap: 0, checked: 0 };
  };
  return {
    view: () => ({ ...last, gap: hasRead ? Math.max(last.gap ?? 0, round.gap) : null }),
    async step() {
      if (places.length === 0) {
        const after = messageIdFloor(now() - CONSERVATION_WINDOW_DAYS * DAY_MS);
        places = (await shards()).map((shard) => ({ shard, after }));
      }
      let left = stretch;
      while (left > 0 && places[0] !== undefined) {
        const [place] = places as [Place];
        const slice = await read(place, left);
        hasRead = true;
        round = { gap: round.gap + gapOf(slice), checked: round.checked + slice.accepted };
        const through = slice.last === null || slice.accepted < left;
        places = [...(through ? [] : [{ shard: place.shard, after: slice.last ?? place.after }]), ...places.slice(1)];
        left -= slice.accepted;
      }
      if (places.length === 0) endRound();
    },
  };
}

const DAY_MS = 86_400_000;
