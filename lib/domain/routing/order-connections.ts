/** What decides among the connections of one channel. */
export type Routed = {
  readonly id: string;
  /** First digits of the E.164 numbers it serves, without the plus sign; none: every number. */
  readonly prefixes: readonly string[];
  /** A smaller one goes first. */
  readonly priority: number;
  readonly createdAtMs: number;
};

/**
 * Those that serve a number, first choice first: the longest prefix, then priority, then age; ids settle what is left, so that every
 * worker comes to the same order.
 *
 * @param e164 with the plus sign
 */
export function orderConnections<T extends Routed>(connections: readonly T[], e164: string): readonly T[] {
  return connections
    .map((connection) => ({ connection, length: matchedLength(connection.prefixes, e164) }))
    .filter(({ length }) => length >= 0)
    .sort((a, b) => b.length - a.length || compareByAge(a.connection, b.connection))
    .map(({ connection }) => connection);
}

/** Among connections with equally long prefixes. */
export function compareByAge(a: Routed, b: Routed): number {
  return a.priority - b.priority || a.createdAtMs - b.createdAtMs || (a.id < b.id ? -1 : Number(a.id > b.id));
}

/** Digits of the longest prefix that the number begins with; 0: it serves every number; -1: not this one. */
function matchedLength(prefixes: readonly string[], e164: string): number {
  if (prefixes.length === 0) return 0;
  let longest = -1;
  for (const prefix of prefixes) {
    if (prefix.length > longest && e164.startsWith(prefix, 1)) longest = prefix.length;
  }
  return longest;
}
