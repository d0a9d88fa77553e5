import { expect, request, type APIRequestContext } from "@playwright/test";

const BASE = process.env.SANDBOX_URL ?? "http://127.0.0.1:4010";

async function sandbox<T>(work: (api: APIRequestContext) => Promise<T>): Promise<T> {
  const api = await request.newContext({ baseURL: BASE });
  try {
    return await work(api);
  } finally {
    await api.dispose();
  }
}

export type Rule = { readonly to: string; readonly scenario: string; readonly channel?: string };

/** What the carriers do with these numbers, whatever the mix says. */
export function setScenarios(rules: readonly Rule[]): Promise<void> {
  return sandbox(async (api) => {
    const answer = await api.post("/_sandbox/scenarios", { data: { rules } });
    expect(answer.ok(), await answer.text()).toBe(true);
  });
}

export type LedgerEntry = { readonly channel: string; readonly to: string; readonly text: string | null };

/** What the carriers ever took for this number: the judge of what was truly sent. */
export function readLedger(to: string): Promise<readonly LedgerEntry[]> {
  return sandbox(async (api) => {
    const answer = await api.get("/_sandbox/ledger", { params: { to, limit: 1_000 } });
    return ((await answer.json()) as { entries: LedgerEntry[] }).entries;
  });
}
