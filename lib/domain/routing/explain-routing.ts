import { orderConnections, type Routed } from "./order-connections";

/** Numbers with the same first digits, and the connections that serve them, first choice first. */
export type RoutedNumbers<T> = { readonly prefixes: readonly string[]; readonly order: readonly T[] };

export type RoutingPlan<T> = {
  readonly groups: readonly RoutedNumbers<T>[];
  /** Numbers with none of those digits; nobody: they are not sent by this channel. */
  readonly others: readonly T[];
};

/**
 * What {@link orderConnections} comes to, for people: which numbers go which way. Of a prefix within a longer one's numbers, the rest is
 * meant; a prefix that changes nothing is left out.
 *
 * @param connections active ones of a channel
 */
export function explainRouting<T extends Routed>(connections: readonly T[]): RoutingPlan<T> {
  const known = [...new Set(connections.flatMap(({ prefixes }) => prefixes))].sort();
  const orderOf = new Map(known.map((prefix) => [prefix, orderConnections(connections, `+${prefix}`)]));
  const groups = new Map<string, { readonly prefixes: string[]; readonly order: readonly T[] }>();
  for (const [prefix, order] of orderOf) {
    const key = keyOf(order);
    const around = known.filter((other) => other !== prefix && prefix.startsWith(other)).at(-1);
    if (around !== undefined && keyOf(orderOf.get(around) ?? []) === key) continue;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { prefixes: [prefix], order });
    else group.prefixes.push(prefix);
  }
  const others = orderConnections(
    connections.filter(({ prefixes }) => prefixes.length === 0),
    "+",
  );
  return { groups: [...groups.values()], others };
}

/** Ids of those that are the first choice for some numbers; the others stand by. */
export function firstChoices<T extends Routed>({ groups, others }: RoutingPlan<T>): ReadonlySet<string> {
  return new Set([...groups.map(({ order }) => order[0]), others[0]].flatMap((first) => first?.id ?? []));
}

function keyOf(order: readonly Routed[]): string {
  return order.map(({ id }) => id).join();
}
