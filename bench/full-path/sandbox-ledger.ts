import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { z } from "zod";
import { drawFrom } from "../../sandbox/scenarios/draw";
import { fromMix } from "../../sandbox/scenarios/scenario-store";
import type { Channel } from "../../lib/domain/vocabulary";
import type { Mix } from "../../sandbox/scenarios/vocabulary";
import type { Taken } from "./judge-sms";

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

export function setMix(sandboxUrl: string, mix: Mix): Promise<void> {
  return tell(`${sandboxUrl}/_sandbox/scenarios`, "PUT", { mix });
}

/** From now on, as a carrier on another continent. */
export function slowDownAnswers(sandboxUrl: string, channel: Channel, delayMs: number): Promise<void> {
  return tell(`${sandboxUrl}/_sandbox/faults`, "POST", { kind: "slow_answers", channel, params: { delayMs } });
}

async function tell(address: string, method: "POST" | "PUT", body: object): Promise<void> {
  const headers = { "content-type": "application/json" };
  const response = await fetch(address, { method, headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`The sandbox refused ${address}: ${await response.text()}`);
}

/** Of these numbers, those that the mix gives a scenario on a channel: known before anything is sent. */
export function withScenario(
  mix: Mix,
  channel: "whatsapp" | "viber",
  scenario: string,
  numbers: readonly string[],
): ReadonlySet<string> {
  return new Set(numbers.filter((to) => fromMix(mix[channel], drawFrom(`mix|kamurj|${channel}|${to}`)()) === scenario));
}

const ledgerLine = z.discriminatedUnion("t", [
  z.object({ t: z.literal("open") }),
  z.object({
    ...{ t: z.literal("submit"), seq: z.number(), channel: z.string(), to: z.string() },
    receipts: z.array(z.object({ kind: z.string() })),
  }),
  z.object({ t: z.literal("ack"), seq: z.number(), i: z.number(), toldMs: z.number() }),
]);

/** All that the carriers took, and when they told of it; from the file, which alone says the latter. */
export async function readTaken(file: string): Promise<readonly Taken[]> {
  const taken: (Taken & { readonly kinds: readonly string[] })[] = [];
  for await (const text of createInterface({ input: createReadStream(file) })) {
    const line = ledgerLine.parse(JSON.parse(text));
    if (line.t === "submit") {
      const { channel, to, receipts } = line;
      taken[line.seq] = { channel, to, deliveryToldMs: null, kinds: receipts.map(({ kind }) => kind) };
    }
    const entry = line.t === "ack" ? taken[line.seq] : undefined;
    if (line.t !== "ack" || entry === undefined) continue;
    const isDelivery = ["delivered", "read"].includes(entry.kinds[line.i] ?? "");
    const deliveryToldMs = Math.min(line.toldMs, entry.deliveryToldMs ?? Number.POSITIVE_INFINITY);
    if (isDelivery) taken[line.seq] = { ...entry, deliveryToldMs };
  }
  return taken.filter((one) => one !== undefined);
}
