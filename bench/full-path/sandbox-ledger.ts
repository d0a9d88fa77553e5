import { z } from "zod";
import { drawFrom } from "../../sandbox/scenarios/draw";
import { fromMix } from "../../sandbox/scenarios/scenario-store";
import type { Mix } from "../../sandbox/scenarios/vocabulary";

const summarySchema = z.object({
  byChannel: z.record(z.string(), z.number()),
  byScenario: z.record(z.string(), z.number()),
  receipts: z.object({ planned: z.number(), acknowledged: z.number() }),
});
export type LedgerCounts = z.infer<typeof summarySchema>;

/** What the carriers have taken and told so far. */
export async function readCounts(sandboxUrl: string): Promise<LedgerCounts> {
  const response = await fetch(`${sandboxUrl}/_sandbox/ledger/summary`);
  return summarySchema.parse(await response.json());
}

export async function setMix(sandboxUrl: string, mix: Mix): Promise<void> {
  const response = await fetch(`${sandboxUrl}/_sandbox/scenarios`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ mix }),
  });
  if (!response.ok) throw new Error(`The sandbox refused the mix: ${await response.text()}`);
}

/** How many of these numbers the mix gives a scenario on a channel: known before anything is sent. */
export function countScenario(
  mix: Mix,
  channel: "whatsapp" | "viber",
  scenario: string,
  numbers: readonly string[],
): number {
  return numbers.filter((to) => fromMix(mix[channel], drawFrom(`mix|kamurj|${channel}|${to}`)()) === scenario).length;
}
