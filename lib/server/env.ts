import { z } from "zod";

/** 32 bytes as base64 or hex. */
const key32 = z.string().refine((value) => decodeKey(value) !== null, "must be 32 bytes in base64 or hex");

const schema = z.object({
  DATABASE_URL: z
    .string({ error: "is missing (npm start sets it for the embedded PostgreSQL)" })
    .regex(/^postgres(ql)?:\/\//, "must be a postgres:// address"),
  NEXTAUTH_SECRET: z.string({ error: "is missing" }).min(32, "must have at least 32 characters"),
  NEXTAUTH_URL: z.url("must be the address people open, such as https://desk.example.com"),
  KAMURJ_SECRET_KEY: key32,
  /** Former keys, divided by commas: they open what they once sealed, and seal nothing new. See docs/connections.md. */
  KAMURJ_RETIRED_SECRET_KEYS: z
    .string()
    .transform((list) => list.split(",").map((one) => one.trim()))
    .pipe(z.array(key32).max(20))
    .optional(),
  /** Where `npm start` keeps the keys it made: read again when a secret turns up under a key that is not known yet. */
  KAMURJ_SETTINGS_FILE: z.string().max(1_000).optional(),
  KAMURJ_DEMO: z.enum(["0", "1"]).default("0"),
  /** Whether the first demo account gets a month of made-up history; and of what size, 1 being about 45,000 messages. */
  KAMURJ_DEMO_HISTORY: z.enum(["0", "1"]).default("1"),
  KAMURJ_DEMO_SCALE: z.coerce.number().min(0.02).max(1).default(1),
  KAMURJ_LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "silent"]).default("info"),
  KAMURJ_DATABASE_POOL: z.coerce.number().int().min(2).max(200).default(10),
  /** Reverse proxies in front that append to X-Forwarded-For; 0: the header is not believed. */
  KAMURJ_TRUSTED_PROXIES: z.coerce.number().int().min(0).max(5).default(0),
  /** Where /metrics and the health of a process can be read: never the public address. */
  KAMURJ_METRICS_HOST: z.string().max(255).default("127.0.0.1"),
  /** The worker's; the web app takes the next one. 0: any that is free; null (empty or "off"): nothing listens. */
  KAMURJ_METRICS_PORT: z.preprocess(
    (value) => (value === "" || value === "off" ? null : value),
    z.coerce.number().int().min(0).max(65_534).nullable().default(9_464),
  ),
  /** Where `npm run webhooks`, the receiver of carriers' webhooks beside the web app, listens; 0: any port that is free. */
  KAMURJ_WEBHOOKS_HOST: z.string().max(255).default("127.0.0.1"),
  KAMURJ_WEBHOOKS_PORT: z.coerce.number().int().min(0).max(65_535).default(3_001),
  /** How long one wire call to a carrier may take. */
  KAMURJ_WIRE_TIMEOUT_MS: z.coerce.number().int().min(500).max(120_000).default(10_000),
  /** Whole months after which messages and all that belongs to them are dropped; 0 keeps them for good. */
  KAMURJ_RETENTION_MONTHS: z.coerce.number().int().min(0).max(1_200).default(24),
});
export type Env = z.infer<typeof schema>;

export class EnvError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`The settings are not usable:\n${problems.map((problem) => `  - ${problem}`).join("\n")}`);
    this.name = "EnvError";
  }
}

/** Reads and checks every setting at once, so that a person mends them in one go. @throws EnvError naming every problem */
export function readEnv(source: Readonly<Record<string, string | undefined>>): Env {
  // Empty means unset, but for the one setting where it means off.
  const present = Object.fromEntries(
    Object.entries(source).filter(([name, value]) => value !== "" || name === "KAMURJ_METRICS_PORT"),
  );
  const parsed = schema.safeParse(present);
  if (parsed.success) return parsed.data;
  throw new EnvError(parsed.error.issues.map((issue) => `${issue.path.join(".")} ${issue.message}`));
}

let cached: Env | undefined;

export function env(): Env {
  cached ??= readEnv(process.env);
  return cached;
}

export function decodeKey(value: string): Buffer | null {
  for (const encoding of ["hex", "base64"] as const) {
    const bytes = Buffer.from(value, encoding);
    if (bytes.length === 32 && bytes.toString(encoding).replace(/=+$/, "") === value.replace(/=+$/, "")) return bytes;
  }
  return null;
}
