export type Schedule = {
  /** Runs the task at `dueMs` (same clock as `now`), or with the next tick when that is past. */
  at(dueMs: number, task: () => void): void;
  /** Tasks not run yet. */
  size(): number;
  clear(): void;
  stop(): void;
};

/**
 * One timer for any number of tasks: they lie in slots of `tickMs`. A hundred thousand receipts in wait cost a
 * hundred thousand closures and no timers. Within a slot tasks run in the order in which they were put in.
 */
export function startSchedule(tickMs: number, now: () => number): Schedule {
  const slots = new Map<number, (() => void)[]>();
  let size = 0;
  let nextSlot = Math.floor(now() / tickMs);

  const tick = (): void => {
    const lastSlot = Math.floor(now() / tickMs);
    // After a sleep of the machine there are more ticks behind us than slots in use.
    const due =
      lastSlot - nextSlot > slots.size
        ? [...slots.keys()].filter((slot) => slot <= lastSlot).sort((a, b) => a - b)
        : Array.from({ length: Math.max(0, lastSlot - nextSlot + 1) }, (_, index) => nextSlot + index);
    for (const slot of due) {
      const tasks = slots.get(slot);
      if (tasks === undefined) continue;
      slots.delete(slot);
      size -= tasks.length;
      for (const task of tasks) task();
    }
    nextSlot = lastSlot + 1;
  };
  const timer = setInterval(tick, tickMs);

  return {
    at(dueMs, task) {
      const slot = Math.max(Math.floor(dueMs / tickMs), nextSlot);
      const tasks = slots.get(slot);
      if (tasks === undefined) slots.set(slot, [task]);
      else tasks.push(task);
      size += 1;
    },
    size: () => size,
    clear() {
      slots.clear();
      size = 0;
    },
    stop: () => clearInterval(timer),
  };
}
