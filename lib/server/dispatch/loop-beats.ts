/** When each of the worker's loops last came round, on the monotonic clock; a loop that hangs, or fails again and again, is seen by it. */
const beats = new Map<string, number>();

export function beat(loop: string): void {
  beats.set(loop, performance.now());
}

/** Milliseconds since each loop last came round. */
export function loopAges(): ReadonlyMap<string, number> {
  const now = performance.now();
  return new Map([...beats].map(([loop, at]) => [loop, now - at]));
}
