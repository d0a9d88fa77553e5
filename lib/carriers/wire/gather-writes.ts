import type { Writable } from "node:stream";

/**
 * What is written to this stream within one turn of the event loop leaves together: one call of the system and one packet instead of one
 * for each of many small messages, and the other side is woken once. Nothing waits for anything: it leaves when the code that runs now
 * and the promises that are settled by then are through, which is before the next event.
 *
 * `end` sends what was gathered before; `destroy` drops it, as it drops whatever has not left yet.
 */
export function gatherWrites(stream: Writable): void {
  const write = stream.write.bind(stream) as (...args: unknown[]) => boolean;
  let gathering = false;
  const leave = (): void => {
    gathering = false;
    stream.uncork();
  };
  stream.write = (...args: unknown[]): boolean => {
    if (!gathering) {
      gathering = true;
      stream.cork();
      process.nextTick(leave);
    }
    return write(...args);
  };
}
