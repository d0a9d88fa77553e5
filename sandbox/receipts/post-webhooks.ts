import type { Agent } from "undici";
import { createQueue } from "./queue";

export type WebhookRequest = {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

export type WebhookQueue<Job> = {
  push(job: Job): void;
  /** Jobs not acknowledged yet, those on the wire included. */
  size(): number;
  clear(): void;
  stop(): void;
};

export type WebhookQueueOptions<Job> = {
  readonly agent: Agent;
  readonly maxBatch: number;
  /** A request that is not full waits this long for more. Default 0. */
  readonly fillMs?: number;
  /** Requests on the wire at once. */
  readonly concurrency: number;
  /** Null: nobody listens (no address configured), the jobs count as acknowledged. */
  readonly encode: (jobs: readonly Job[]) => WebhookRequest | null;
  /** @param toldMs when it was posted first, whatever the receiver answered then */
  readonly acknowledged: (job: Job, toldMs: number) => void;
};

const firstBackoffMs = 250;
export const maxBackoffMs = 10_000;
const answerTimeoutMs = 20_000;

/**
 * Posts jobs to one receiver until each has been answered 2xx. While the receiver fails, the whole queue waits
 * with growing pauses (250 ms to 10 s) and one probe at a time; nothing is ever dropped.
 */
export function createWebhookQueue<Job>(options: WebhookQueueOptions<Job>): WebhookQueue<Job> {
  const queue = createQueue<Job>();
  let inFlight = 0;
  let onWire = 0;
  let failures = 0;
  let paused: NodeJS.Timeout | null = null;
  let filling: NodeJS.Timeout | null = null;
  const { fillMs = 0 } = options;
  let stopped = false;
  let generation = 0;
  /** Of jobs that the receiver has not taken yet. */
  const postedAt = new Map<Job, number>();
  let address: Address | null = null;

  const pump = (isOver = fillMs === 0): void => {
    while (!stopped && paused === null && queue.size() > 0 && inFlight < (failures > 0 ? 1 : options.concurrency)) {
      if (!isOver && queue.size() < options.maxBatch) {
        filling ??= setTimeout(endFilling, fillMs);
        return;
      }
      const jobs = queue.take(options.maxBatch);
      const request = options.encode(jobs);
      if (request === null) for (const job of jobs) options.acknowledged(job, Date.now());
      else void deliver(jobs, request);
    }
  };
  const endFilling = (): void => {
    filling = null;
    pump(true);
  };
  const deliver = async (jobs: readonly Job[], request: WebhookRequest): Promise<void> => {
    const startedIn = generation;
    const startedMs = Date.now();
    inFlight += 1;
    onWire += jobs.length;
    if (address?.url !== request.url) address = addressOf(request.url);
    const taken = address !== null && (await post(options.agent, address, request));
    inFlight -= 1;
    onWire -= jobs.length;
    if (stopped || startedIn !== generation) return;
    if (taken) {
      failures = 0;
      for (const job of jobs) options.acknowledged(job, postedAt.get(job) ?? startedMs);
      if (postedAt.size > 0) for (const job of jobs) postedAt.delete(job);
    } else {
      for (const job of jobs) {
        queue.push(job);
        if (!postedAt.has(job)) postedAt.set(job, startedMs);
      }
      if (paused === null) {
        const waitMs = Math.min(maxBackoffMs, firstBackoffMs * 2 ** Math.min(failures, 10));
        failures += 1;
        paused = setTimeout(resume, waitMs);
      }
    }
    pump();
  };
  const resume = (): void => {
    paused = null;
    pump();
  };

  return {
    push(job) {
      queue.push(job);
      pump();
    },
    size: () => queue.size() + onWire,
    clear() {
      generation += 1;
      queue.clear();
      postedAt.clear();
    },
    stop() {
      stopped = true;
      for (const timer of [paused, filling]) if (timer !== null) clearTimeout(timer);
    },
  };
}

type Address = { readonly url: string; readonly origin: string; readonly path: string };

/** Null: no address that anything could be posted to. */
function addressOf(url: string): Address | null {
  if (!URL.canParse(url)) return null;
  const { origin, pathname, search } = new URL(url);
  return { url, origin, path: pathname + search };
}

/** Whether the receiver answered 2xx. By dispatch: a response as a stream costs as much as the request itself. */
function post(agent: Agent, { origin, path }: Address, { headers, body }: WebhookRequest): Promise<boolean> {
  return new Promise((resolve) => {
    let status = 0;
    try {
      const method = "POST" as const;
      const options = {
        origin,
        path,
        method,
        headers,
        body,
        headersTimeout: answerTimeoutMs,
        bodyTimeout: answerTimeoutMs,
      };
      agent.dispatch(options, {
        onRequestStart: () => undefined,
        onResponseStart: (_controller, code) => {
          status = code;
        },
        onResponseData: () => undefined,
        onResponseEnd: () => resolve(status >= 200 && status < 300),
        onResponseError: () => resolve(false),
      });
    } catch {
      resolve(false);
    }
  });
}
