/**
 * Places in the send protocol where a test may end the process. The names are the protocol's own steps, in its order; a test kills at each
 * and compares with the carriers' ledger.
 *
 * - `claim.before`         ready blocks have been seen, none is leased
 * - `claim.after`          the lease has committed
 * - `intent.after`         the dispatching commit is durable, no byte has left
 * - `wire.during`          a send is on the wire, its answer not here
 * - `wire.after`           the carrier has answered, nothing of it is stored
 * - `outcome.before`       within the transaction that stores outcomes, before its commit
 * - `outcome.after`        that transaction has committed
 * - `receipts.before`      within the transaction that stores receipts, before its commit
 * - `receipts.after`       it has committed, the carrier has not been answered
 * - `timers.before`        due timers have been taken, nothing is decided (before the commit)
 * - `decisions.before`     decisions and the next step's block are written, not committed
 * - `decisions.after`      they are committed
 * - `planning.before`      a slice is written, not committed
 * - `planning.after`       it is committed
 * - `recovery.before`      a dead worker's members have been called unknown, not committed
 */
export const FAILPOINTS = [
  "claim.before",
  "claim.after",
  "intent.after",
  "wire.during",
  "wire.after",
  "outcome.before",
  "outcome.after",
  "receipts.before",
  "receipts.after",
  "timers.before",
  "decisions.before",
  "decisions.after",
  "planning.before",
  "planning.after",
  "recovery.before",
] as const;

export type Failpoint = (typeof FAILPOINTS)[number];

type Armed = { readonly name: Failpoint; left: number };

let armed: Armed | null = readArmed(process.env.KAMURJ_FAILPOINT);

/**
 * Ends the process at once, as a power cut would (SIGKILL: no handler, no flush), when this point has been reached as often as
 * `KAMURJ_FAILPOINT` says (`name` or `name:count`). Costs one comparison where none is armed, which is always outside tests.
 */
export function failpoint(name: Failpoint): void {
  if (armed === null || armed.name !== name) return;
  armed.left -= 1;
  if (armed.left > 0) return;
  armed = null;
  process.kill(process.pid, "SIGKILL");
  // The signal is delivered between two steps of this thread; nothing of what follows may run before it.
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_000);
}

/** {@link failpoint}, once what was begun in this turn of the event loop (a write to a socket) has reached the kernel. */
export function failpointSoon(name: Failpoint): void {
  if (armed !== null && armed.name === name) setImmediate(failpoint, name);
}

/** @throws Error for a name that is no failpoint, so that a test never passes because of a slip of the pen */
function readArmed(text: string | undefined): Armed | null {
  if (text === undefined || text === "") return null;
  const [name = "", count = "1"] = text.split(":");
  const known = FAILPOINTS.find((point) => point === name);
  if (known === undefined || !/^[1-9]\d*$/.test(count)) throw new Error(`KAMURJ_FAILPOINT=${text} names no failpoint.`);
  return { name: known, left: Number(count) };
}
