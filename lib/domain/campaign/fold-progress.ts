import type { RollupGroup } from "../reports/rates";
import type { Channel } from "../vocabulary";

/** What the block table says, for one campaign. */
export type BlockCounts = {
  /** Members of first-step blocks that no intent has been committed for: free to stay unsent. */
  readonly notSent: number;
  /** The same, of a cancelled campaign: they never will be. */
  readonly cancelled: number;
  /** Of later steps: fell back, and the next channel's send has not begun. */
  readonly queuedForFallback: number;
  /** At a carrier's door: intent committed, outcome not stored yet. */
  readonly inFlight: number;
};

/** Attempts of one step of the route. */
export type StepProgress = {
  readonly channel: Channel;
  readonly step: number;
  /** Sends that left, or may have. */
  readonly sent: number;
  readonly delivered: number;
  readonly read: number;
  readonly failed: number;
  readonly unknown: number;
  /** The carrier has it and has not said what became of it. */
  readonly waiting: number;
  readonly segments: number;
  readonly costMicros: number;
};

export type Reason = {
  readonly channel: Channel;
  readonly code: string;
  readonly n: number;
};

/**
 * Where the people of a campaign are. They add up: notSent + cancelled + inFlight + waiting + reached + failed + unknown +
 * suppressed is everyone planned.
 */
export type CampaignFigures = {
  readonly notSent: number;
  readonly cancelled: number;
  readonly inFlight: number;
  /** On their way, on any channel: no delivery yet and no end either. */
  readonly waiting: number;
  /** People with a delivery; of them `read` have opened it, as far as the channel tells. */
  readonly reached: number;
  readonly read: number;
  /** Failed for good: nothing follows. */
  readonly failed: number;
  /** We cannot say whether it went out, and nothing follows. */
  readonly unknown: number;
  /** Opted out between planning and sending. */
  readonly suppressed: number;
  readonly fellBack: number;
  /** 0 to 1 of those who were tried on the first channel; null before the first. */
  readonly fallbackShare: number | null;
  readonly doubleReaches: number;
  readonly deniedBySwitch: number;
  readonly segments: number;
  readonly costMicros: number;
  readonly steps: readonly StepProgress[];
  /** Why attempts failed, most frequent first. */
  readonly failures: readonly Reason[];
  /** What started the fallbacks, most frequent first: silence, failure, unknown. */
  readonly triggers: readonly { readonly trigger: string; readonly n: number }[];
};

const MOST_REASONS = 8;

/**
 * Figures of one campaign out of its rollup rows and its blocks.
 *
 * The rollup counts attempts under the status they have now, not people, so people are derived: a failure is final on the last
 * step, and on an earlier one exactly where a fallback was denied; whoever is neither reached nor ended is waiting. A late failure
 * receipt of someone who fell back meanwhile changes nothing for that person, and is not counted as one.
 */
export function foldProgress(
  route: readonly Channel[],
  groups: readonly RollupGroup[],
  blocks: BlockCounts,
): CampaignFigures {
  const count = (match: (group: RollupGroup) => boolean) =>
    groups.reduce((sum, group) => (match(group) ? sum + group.n : sum), 0);
  const steps = route.map((channel, step) => foldStep(channel, step, groups));
  const last = route.length - 1;
  const ended = steps.map((at) => {
    if (at.step === last) return { failed: at.failed, unknown: at.unknown };
    const here = (kind: string, codes: (code: string) => boolean) =>
      count((group) => group.kind === kind && group.step === at.step && codes(group.code));
    const denied = here("fallback_denied", (code) => code !== "policy");
    return {
      failed: Math.min(at.failed, denied),
      unknown: Math.max(0, at.unknown - here("fallback", (code) => code === "unknown")),
    };
  });
  const doubleReaches = count((group) => group.kind === "double_reach");
  const reached = Math.max(0, sumOf(steps, (at) => at.delivered) - doubleReaches);
  const failed = sumOf(ended, (at) => at.failed);
  const unknown = sumOf(ended, (at) => at.unknown);
  const suppressedLater = count((group) => group.kind === "skipped" && group.step > 0);
  const tried = steps[0]?.sent ?? 0;
  const fellBack = count((group) => group.kind === "fallback" && group.step === 0);
  return {
    notSent: blocks.notSent,
    cancelled: blocks.cancelled,
    inFlight: blocks.inFlight,
    waiting: Math.max(0, tried - reached - failed - unknown - suppressedLater),
    reached,
    read: sumOf(steps, (at) => at.read),
    failed,
    unknown,
    suppressed: count((group) => group.kind === "skipped"),
    fellBack,
    fallbackShare: tried === 0 || route.length < 2 ? null : Math.min(1, fellBack / tried),
    doubleReaches,
    deniedBySwitch: count((group) => group.kind === "fallback_denied" && /^(switch|campaign)_off$/.test(group.code)),
    segments: sumOf(steps, (at) => at.segments),
    costMicros: sumOf(steps, (at) => at.costMicros),
    steps,
    failures: listFailures(groups),
    triggers: listTriggers(groups),
  };
}

function foldStep(channel: Channel, step: number, groups: readonly RollupGroup[]): StepProgress {
  const sum = { sent: 0, delivered: 0, read: 0, failed: 0, unknown: 0, waiting: 0, segments: 0, costMicros: 0 };
  for (const group of groups) {
    if (group.step !== step || group.channel !== channel) continue;
    switch (group.kind) {
      case "read":
        sum.read += group.n;
        sum.delivered += group.n;
        break;
      case "delivered":
        sum.delivered += group.n;
        break;
      case "failed":
      case "refused":
        sum.failed += group.n;
        break;
      case "unknown":
        sum.unknown += group.n;
        break;
      case "accepted":
      case "sent":
        sum.waiting += group.n;
        break;
      default:
        continue;
    }
    sum.sent += group.n;
    if (channel === "sms") sum.segments += group.segments;
    sum.costMicros += group.costMicros;
  }
  return { channel, step, ...sum };
}

function listFailures(groups: readonly RollupGroup[]): readonly Reason[] {
  const found = new Map<string, { channel: Channel; code: string; n: number }>();
  for (const { kind, channel, code, n } of groups) {
    if ((kind !== "failed" && kind !== "refused") || channel === null) continue;
    const key = `${channel} ${code}`;
    const reason = found.get(key) ?? { channel, code, n: 0 };
    reason.n += n;
    found.set(key, reason);
  }
  return mostFirst([...found.values()]);
}

function listTriggers(groups: readonly RollupGroup[]): CampaignFigures["triggers"] {
  const found = new Map<string, number>();
  for (const { kind, code, n } of groups) if (kind === "fallback") found.set(code, (found.get(code) ?? 0) + n);
  return mostFirst([...found].map(([trigger, n]) => ({ trigger, n })));
}

function mostFirst<T extends { readonly n: number }>(list: readonly T[]): readonly T[] {
  return list
    .filter(({ n }) => n > 0)
    .sort((a, b) => b.n - a.n)
    .slice(0, MOST_REASONS);
}

function sumOf<T>(list: readonly T[], value: (item: T) => number): number {
  return list.reduce((sum, item) => sum + value(item), 0);
}
