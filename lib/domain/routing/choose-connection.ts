import type { BreakerState } from "../dispatch/breaker";

/**
 * Of connections in the order of the wish (see `orderConnections`), the one to send by. One that rests is passed over where another
 * serves, and so is one that could not take this very message a moment ago. If none is free, whichever is nearest to being so: its
 * messages wait for it.
 *
 * @param tried ids of those that could not take it
 * @returns null: none serves the number
 */
export function chooseConnection<T extends { readonly id: string }>(
  ordered: readonly T[],
  stateOf: (connection: T) => BreakerState,
  tried: readonly string[],
): T | null {
  const isFree = (connection: T): boolean => stateOf(connection) === "closed";
  return (
    ordered.find((connection) => isFree(connection) && !tried.includes(connection.id)) ??
    ordered.find(isFree) ??
    ordered.find((connection) => stateOf(connection) === "half_open") ??
    ordered[0] ??
    null
  );
}
