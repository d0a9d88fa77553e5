export type Waiter = {
  readonly untilMs: number;
  /** Has its place on the wire already. */
  readonly isInside: boolean;
  readonly go: () => void;
};

/** Who waits, earlier lanes first, within a lane in order of arrival. */
export type LaneQueue = {
  push(lane: number, waiter: Waiter): void;
  first(): Waiter | null;
  shift(): void;
  size(): number;
  /** Of this lane and those before it. */
  sizeUpTo(lane: number): number;
  /** Null: nobody waits. */
  firstLane(): number | null;
};

/** Taken from the front by moving a mark, so that a long queue costs no more a message than a short one. */
export function createLaneQueue(lanes: number): LaneQueue {
  const rows = Array.from({ length: lanes }, (): { items: Waiter[]; head: number } => ({ items: [], head: 0 }));
  const sizeOf = ({ items, head }: { readonly items: readonly Waiter[]; readonly head: number }): number =>
    items.length - head;
  let total = 0;
  const firstRow = () => (total === 0 ? undefined : rows.find((row) => sizeOf(row) > 0));
  return {
    push(lane, waiter) {
      rows[Math.min(lane, lanes - 1)]?.items.push(waiter);
      total += 1;
    },
    first() {
      const row = firstRow();
      return row?.items[row.head] ?? null;
    },
    shift() {
      const row = firstRow();
      if (row === undefined) return;
      row.head += 1;
      total -= 1;
      if (row.head < 1_000 && row.head < row.items.length) return;
      row.items = row.items.slice(row.head);
      row.head = 0;
    },
    size: () => total,
    sizeUpTo: (lane) => rows.slice(0, lane + 1).reduce((sum, row) => sum + sizeOf(row), 0),
    firstLane() {
      const lane = rows.findIndex((row) => sizeOf(row) > 0);
      return lane < 0 ? null : lane;
    },
  };
}
