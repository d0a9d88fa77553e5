export type GraphileOptions = {
  /** Messages in one send job: 1 as one would write it first, or so many in one payload. */
  readonly messagesPerJob: number;
  readonly concurrentJobs: number;
  readonly localQueueSize: number;
};

export type PgBossOptions = {
  /** A delayed job for each message, as one would write it first; else one for each batch sent. */
  readonly timerPerMessage: boolean;
  readonly batchSize: number;
  /** Fetching loops at once, each with a connection of its own. */
  readonly loops: number;
};

export type Rival = { readonly variant: string; readonly note: string } & (
  ({ readonly library: "graphile-worker" } & GraphileOptions) | ({ readonly library: "pg-boss" } & PgBossOptions)
);

/** Concurrency and loops are those with the least CPU a message on two cores, of 250 to 2,000 jobs at once and 1 to 4 loops tried. */
export const RIVALS: readonly Rival[] = [
  {
    library: "graphile-worker",
    variant: "graphile-worker, batch mode",
    note: "a job a message, local queue, batched completion; one delayed job a batch",
    ...{ messagesPerJob: 1, concurrentJobs: 1_000, localQueueSize: 1_000 },
  },
  {
    library: "graphile-worker",
    variant: "graphile-worker, jobs of 500",
    note: "500 messages in one payload: a crash sends all of them again",
    ...{ messagesPerJob: 500, concurrentJobs: 4, localQueueSize: 4 },
  },
  {
    library: "pg-boss",
    variant: "pg-boss, batches of 1,000",
    note: "a job a message, fetched and completed in bulk; one delayed job a batch",
    ...{ timerPerMessage: false, batchSize: 1_000, loops: 3 },
  },
  {
    library: "pg-boss",
    variant: "pg-boss, a timer a message",
    note: "the wait as a delayed job for each message",
    ...{ timerPerMessage: true, batchSize: 1_000, loops: 3 },
  },
];
