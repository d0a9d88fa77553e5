import { CATEGORIES, type Category } from "../../lib/domain/vocabulary";
import { parseSendMessage } from "../../lib/server/api/parse-send-message";
import { sendMessage } from "../../lib/server/api/send-message";
import type { TestAccount } from "../int/harness";
import { pause } from "./run-faults";

export type ApiTraffic = {
  /** Numbers of which the API has said that it took a message for them. */
  readonly accepted: readonly string[];
  /** Calls that failed because the database was away, and were made again under the same key. */
  readonly retries: number;
};

export type ApiWish = {
  readonly messages: number;
  readonly everyMs: number;
  /** Of the first number, after +374. Each message goes to a number of its own. */
  readonly firstNumber: number;
};

const RETRY_MS = 300;
const ROUTE_OF = { authentication: "whatsapp-sms", utility: "viber-sms", marketing: "whatsapp-sms" } as const;

/**
 * Messages of all three categories through the API's own use case, as a careful client sends them: under a key each, again under the
 * same key until there is an answer.
 */
export async function runApiTraffic(account: TestAccount, wish: ApiWish, signal: AbortSignal): Promise<ApiTraffic> {
  const ctx = account.as("marketer");
  const accepted: string[] = [];
  let retries = 0;
  for (let i = 0; i < wish.messages && !signal.aborted; i += 1) {
    const to = `+374${wish.firstNumber + i}`;
    const category = CATEGORIES[i % CATEGORIES.length] ?? "utility";
    for (;;) {
      try {
        await sendMessage(ctx, messageOf(to, category), `chaos-${to}`);
        accepted.push(to);
        break;
      } catch (error) {
        if (signal.aborted) break;
        if (error instanceof Error && error.name === "ApiProblem") throw error;
        retries += 1;
        await pause(RETRY_MS, signal);
      }
    }
    await pause(wish.everyMs, signal);
  }
  return { accepted, retries };
}

function messageOf(to: string, category: Category): ReturnType<typeof parseSendMessage> {
  const text = category === "authentication" ? "Your code is 4711." : "Your order is ready.";
  return parseSendMessage({
    to,
    route: ROUTE_OF[category],
    category,
    content: { text },
    fallback: "on",
    wait_seconds: 8,
  });
}
