import { rmSync } from "node:fs";
import { z } from "zod";
import type { Channel } from "@/lib/domain/vocabulary";
import { readJsonFile, writeJsonFile } from "../keep-json";
import { defaultMix } from "./default-mix";
import { drawFrom } from "./draw";
import { findMagicScenario } from "./magic-numbers";
import { mixSchema, ruleSchema, type Choice, type Mix, type Rule, type Scenario } from "./vocabulary";

const maxRules = 200_000;

export const scenariosInputSchema = z.strictObject({
  rules: z.array(ruleSchema).max(maxRules).optional(),
  mix: mixSchema.optional(),
  seed: z.string().min(1).max(200).optional(),
});
export type ScenariosInput = z.infer<typeof scenariosInputSchema>;

export type ScenarioStore = {
  /** Explicit rule, else magic number, else the mix; independent of when and in what order messages come. */
  choose(channel: Channel, to: string): Choice;
  /** The stream that decides delays and the like for this number. */
  draw(channel: Channel, to: string): () => number;
  seed(): string;
  get(): { readonly rules: readonly Rule[]; readonly mix: Mix; readonly seed: string };
  /** Each field given replaces what was there. */
  replace(input: ScenariosInput): void;
  addRules(rules: readonly Rule[]): void;
  reset(): void;
};

/** @param path where changes are kept over a restart */
export function openScenarioStore(path: string, startSeed: string): ScenarioStore {
  let rules = new Map<string, Rule>();
  let mix: Mix = defaultMix;
  let seed = startSeed;
  const get = (): { rules: Rule[]; mix: Mix; seed: string } => ({ rules: [...rules.values()], mix, seed });
  const apply = (input: ScenariosInput): void => {
    if (input.rules !== undefined) rules = new Map(input.rules.map((rule) => [ruleKey(rule.channel, rule.to), rule]));
    if (input.mix !== undefined) mix = { ...mix, ...input.mix };
    if (input.seed !== undefined) seed = input.seed;
  };
  const save = (): void => writeJsonFile(path, get());
  const saved = scenariosInputSchema.safeParse(readJsonFile(path));
  if (saved.success) apply(saved.data);

  return {
    choose(channel, to) {
      const rule = rules.get(ruleKey(channel, to)) ?? rules.get(ruleKey(undefined, to));
      if (rule !== undefined) {
        return { scenario: rule.scenario, delayMs: rule.delayMs ?? null, tries: rule.tries ?? null };
      }
      const scenario =
        findMagicScenario(channel, to) ?? fromMix(mix[channel], drawFrom(`mix|${seed}|${channel}|${to}`)());
      return { scenario, delayMs: null, tries: null };
    },
    draw: (channel, to) => drawFrom(`draw|${seed}|${channel}|${to}`),
    seed: () => seed,
    get,
    replace(input) {
      apply(input);
      save();
    },
    addRules(added) {
      for (const rule of added) rules.set(ruleKey(rule.channel, rule.to), rule);
      save();
    },
    reset() {
      rules = new Map();
      mix = defaultMix;
      seed = startSeed;
      rmSync(path, { force: true });
    },
  };
}

function ruleKey(channel: Channel | undefined, to: string): string {
  return `${channel ?? "*"}:${to}`;
}

/** @param at in [0, 1): the place on the scale of all shares */
export function fromMix(shares: Readonly<Partial<Record<Scenario, number>>>, at: number): Scenario {
  const entries = Object.entries(shares) as [Scenario, number][];
  const total = entries.reduce((sum, [, share]) => sum + share, 0);
  let left = at * total;
  for (const [scenario, share] of entries) {
    left -= share;
    if (left < 0) return scenario;
  }
  return "delivered";
}
