import { chooseConnection } from "@/lib/domain/routing/choose-connection";
import { orderConnections } from "@/lib/domain/routing/order-connections";
import type { Channel } from "@/lib/domain/vocabulary";
import { breakerOf, type LiveConnection } from "../../connections/connection-registry";
import type { DispatchDeps } from "../dispatch-deps";
import type { SendItem } from "./load-items";
import { splitBlocks } from "./split-blocks";

/** Items that go by one connection; all members of their blocks that are left. */
export type Route = {
  /** Null: there is none at the moment, they wait. */
  readonly connection: LiveConnection | null;
  readonly items: readonly SendItem[];
  /** Non-null: no connection will ever serve them; whose name they fail under. */
  readonly unserved: { readonly id: string } | null;
  /** The connection's rest is over, and this is the one message that finds out. */
  readonly isTrial: boolean;
};

/**
 * By which connection each goes. An account with one connection for the channel, and nothing pinned, is done at once. Where the members
 * of a block go by different ones, the block is split, so that a block has one connection for as long as it is leased.
 */
export async function routeItems(
  deps: DispatchDeps,
  channel: Channel,
  items: readonly SendItem[],
): Promise<readonly Route[]> {
  const first = items[0];
  if (first === undefined) return [];
  const candidates = deps.connections.candidates(first.accountId, channel);
  const only = candidates.length < 2 && (candidates[0]?.prefixes.length ?? 0) === 0;
  if (only && items.every((item) => item.pinnedConnectionId == null)) {
    return [{ connection: candidates[0] ?? null, items, unserved: null, isTrial: false }];
  }
  const trials = await takeTrials(deps, candidates, items);
  const routes = new Map<string, Omit<Route, "items"> & { readonly items: SendItem[] }>();
  for (const item of items) {
    const route = routeOf(deps, candidates, item, trials);
    const key = `${route.connection?.id ?? ""}:${route.unserved?.id ?? ""}:${route.isTrial}`;
    const known = routes.get(key);
    if (known === undefined) routes.set(key, { ...route, items: [item] });
    else known.items.push(item);
  }
  return splitBlocks(deps, [...routes.values()]);
}

function routeOf(
  deps: DispatchDeps,
  candidates: readonly LiveConnection[],
  item: SendItem,
  trials: Set<string>,
): Omit<Route, "items"> {
  const nowMs = deps.now();
  const pinned = item.pinnedConnectionId ?? null;
  if (pinned !== null) {
    const connection = candidates.find(({ id }) => id === pinned) ?? null;
    return { connection, unserved: connection === null ? { id: pinned } : null, isTrial: false };
  }
  const ordered = orderConnections(candidates, item.e164);
  const wished = ordered.find(({ id }) => !(item.block.tried ?? []).includes(id));
  if (wished !== undefined && trials.delete(wished.id)) return { connection: wished, unserved: null, isTrial: true };
  const connection = chooseConnection(ordered, (one) => breakerOf(one, nowMs), item.block.tried ?? []);
  return { connection, unserved: connection === null ? (candidates[0] ?? null) : null, isTrial: false };
}

/**
 * A connection whose rest is over gets one message to see, while another takes the rest of them; where there is no other, everything
 * waits for that one message as ever.
 */
async function takeTrials(
  deps: DispatchDeps,
  candidates: readonly LiveConnection[],
  items: readonly SendItem[],
): Promise<Set<string>> {
  const nowMs = deps.now();
  const trials = new Set<string>();
  const over = candidates.filter((one) => breakerOf(one, nowMs) === "half_open");
  if (over.length === 0 || !candidates.some((one) => breakerOf(one, nowMs) === "closed")) return trials;
  const wished = new Set<string>();
  for (const item of items) {
    const tried = item.block.tried ?? [];
    const [wish] = orderConnections(candidates, item.e164).filter(({ id }) => !tried.includes(id));
    if (wish !== undefined && item.pinnedConnectionId == null) wished.add(wish.id);
  }
  for (const one of over) if (wished.has(one.id) && (await deps.connections.mayUse(one, nowMs))) trials.add(one.id);
  return trials;
}
