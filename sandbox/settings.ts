import { join } from "node:path";
import { z } from "zod";

const port = z.coerce.number().int().min(0).max(65_535);

const environmentSchema = z.object({
  SANDBOX_HOST: z.string().min(1).default("127.0.0.1"),
  SANDBOX_HTTP_PORT: port.default(4010),
  SANDBOX_SMPP_PORT: port.default(2775),
  SANDBOX_SEED: z.string().min(1).max(200).default("kamurj"),
  SANDBOX_DATA_DIR: z.string().min(1).default(".kamurj/sandbox"),
  SANDBOX_SUBSCRIPTIONS_FILE: z.string().min(1).optional(),
  SANDBOX_SPEED: z.coerce.number().min(0.01).max(1_000).default(1),
  SANDBOX_HOLD_MS: z.coerce.number().int().min(1).max(3_600_000).default(90_000),
  SANDBOX_WEBHOOK_BATCH: z.coerce.number().int().min(1).max(1_000).default(10),
  SANDBOX_WEBHOOK_CONNECTIONS: z.coerce.number().int().min(1).max(1_000).default(32),
  SANDBOX_SMPP_WINDOW: z.coerce.number().int().min(1).max(1_000).default(32),
  SANDBOX_WEBHOOK_FILL_MS: z.coerce.number().int().min(0).max(10_000).default(0),
});

export type SandboxSettings = {
  readonly host: string;
  readonly httpPort: number;
  readonly smppPort: number;
  /** Decides, together with channel and number, which scenario of the mix a number gets. */
  readonly seed: string;
  readonly dataDir: string;
  readonly subscriptionsFile: string;
  /** Delays of receipts are divided by it. */
  readonly speed: number;
  /** How long the scenario `timeout` keeps an answer back; longer than any client waits. */
  readonly holdMs: number;
  /** Statuses that may share one WhatsApp webhook while a backlog stands, as Meta aggregates them. */
  readonly webhookBatch: number;
  /** Webhooks of one sender that may wait for their answer at the same time. */
  readonly webhookConnections: number;
  /** deliver_sm of one session that may wait for their answer at the same time. */
  readonly smppWindow: number;
  /** How long a WhatsApp webhook waits for others to share it; 0: not at all. */
  readonly webhookFillMs: number;
};

/** @throws Error naming every setting that is wrong, one a line */
export function readSandboxSettings(environment: Readonly<Record<string, string | undefined>>): SandboxSettings {
  const parsed = environmentSchema.safeParse(environment);
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
    throw new Error(`The sandbox cannot start with these settings:\n${lines.join("\n")}`);
  }
  const env = parsed.data;
  return {
    host: env.SANDBOX_HOST,
    httpPort: env.SANDBOX_HTTP_PORT,
    smppPort: env.SANDBOX_SMPP_PORT,
    seed: env.SANDBOX_SEED,
    dataDir: env.SANDBOX_DATA_DIR,
    subscriptionsFile: env.SANDBOX_SUBSCRIPTIONS_FILE ?? join(env.SANDBOX_DATA_DIR, "subscriptions.json"),
    speed: env.SANDBOX_SPEED,
    holdMs: env.SANDBOX_HOLD_MS,
    webhookBatch: env.SANDBOX_WEBHOOK_BATCH,
    webhookConnections: env.SANDBOX_WEBHOOK_CONNECTIONS,
    smppWindow: env.SANDBOX_SMPP_WINDOW,
    webhookFillMs: env.SANDBOX_WEBHOOK_FILL_MS,
  };
}
