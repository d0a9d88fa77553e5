import type { DispatchPolicy } from "@/lib/domain/dispatch/dispatch-policy";
import type { PriceRow } from "@/lib/domain/pricing/price";
import type { Category, Channel } from "@/lib/domain/vocabulary";
import { behave, reachabilityOf, type Behaviour, type Reachability } from "./channel-behaviour";
import { createBlockIds, type BlockIds } from "./dispatch-ids";
import type { Draw } from "./draw";
import type { HistoryClock } from "./history-clock";
import { OUTAGE, POLICY_CHANGED, SWITCHED_ON } from "./history-plan";
import type { LifeRefusal } from "./live-message";

/** Whose history it is. */
export type HistoryAccount = {
  readonly accountId: string;
  readonly shard: number;
  readonly people: Readonly<Record<"admin" | "marketer" | "developer", { readonly id: string; readonly name: string }>>;
  readonly connections: Readonly<Record<Channel, string>>;
  readonly prices: readonly PriceRow[];
};

export type Suppression = LifeRefusal & { readonly id: string };

/** What all messages of the history have in common. */
export type Story = {
  readonly seed: string;
  readonly clock: HistoryClock;
  readonly account: HistoryAccount;
  readonly blockIds: BlockIds;
  policyAt(atMs: number): DispatchPolicy;
  reachOf(e164: string): Reachability;
  /** Refusals are of advertising; other categories go on. */
  suppressionAt(e164: string, category: Category, atMs: number): "opted_out" | "blocked" | null;
  /** Said again, it changes nothing. */
  suppress(refusals: readonly LifeRefusal[]): void;
  listSuppressions(): readonly LifeRefusal[];
  behaviour(of: BehaviourQuestion, draw: Draw): Behaviour;
};

type BehaviourQuestion = {
  readonly e164: string;
  readonly channel: Channel;
  readonly category: Category;
  readonly atMs: number;
  readonly waitS: number;
  readonly mustArrive: boolean;
};

export function createStory(seed: string, clock: HistoryClock, account: HistoryAccount): Story {
  const reach = new Map<string, Reachability>();
  const refusals = new Map<string, LifeRefusal>();
  const outage = { fromMs: clock.at(...OUTAGE.from), toMs: clock.at(...OUTAGE.to) };
  const reachOf = (e164: string): Reachability => {
    const known = reach.get(e164) ?? reachabilityOf(seed, e164);
    reach.set(e164, known);
    return known;
  };
  return {
    ...{ seed, clock, account, reachOf },
    blockIds: createBlockIds(account.shard),
    policyAt(atMs) {
      const version = atMs < clock.at(...SWITCHED_ON) ? 1 : atMs < clock.at(...POLICY_CHANGED) ? 2 : 3;
      return { smsFallbackEnabled: version > 1, version, unknownIsUndelivered: false };
    },
    suppressionAt(e164, category, atMs) {
      const found = refusals.get(e164);
      if (category !== "marketing" || found === undefined || found.atMs > atMs) return null;
      return found.reason === "blocked" ? "blocked" : "opted_out";
    },
    suppress(said) {
      for (const refusal of said) {
        const known = refusals.get(refusal.e164);
        if (known === undefined || refusal.atMs < known.atMs) refusals.set(refusal.e164, refusal);
      }
    },
    listSuppressions: () => [...refusals.values()].sort((a, b) => a.atMs - b.atMs || (a.e164 < b.e164 ? -1 : 1)),
    behaviour({ e164, channel, category, atMs, waitS, mustArrive }, draw) {
      const isOutage = channel === "whatsapp" && atMs >= outage.fromMs && atMs < outage.toMs;
      return behave(
        {
          ...{ channel, category, isOutage, mustArrive, reach: reachOf(e164), waitMs: waitS * 1_000 },
          outageLeftMs: Math.max(0, outage.toMs - atMs),
        },
        draw,
      );
    },
  };
}
