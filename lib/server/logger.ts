import pino from "pino";

let made: pino.Logger | undefined;

/**
 * Structured logs on standard output, one JSON object a line. No phone number leaves in full (whatever field or text it stands in),
 * and no text of a message, variable or secret: they are never given to the log, and errors of the database leave out the values
 * that they complain of.
 */
export function logger(): pino.Logger {
  made ??= createLogger(standardOutput());
  return made;
}

/** Exported for tests, which read the lines. */
export function createLogger(destination: pino.DestinationStream): pino.Logger {
  return pino(
    {
      level: process.env.KAMURJ_LOG_LEVEL ?? "info",
      base: { process: process.env.KAMURJ_PROCESS ?? "web" },
      redact: {
        paths: SECRETS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
        censor: "[hidden]",
      },
      serializers: { to: maskNumber, from: maskNumber, err: describeError },
    },
    { write: (line) => destination.write(maskNumbersIn(line)) },
  );
}

const SECRETS = [
  ...[
    "password",
    "secret",
    "secrets",
    "token",
    "authorization",
    "accessToken",
    "appSecret",
    "signingKey",
    "verifyToken",
  ],
  ...["text", "body", "vars", "content", "raw", "e164"],
];

/**
 * pino's own writer tries for ever to flush at the exit of a process whose reader is gone (EPIPE), so a worker would outlive a killed
 * `npm start`. Here lines that nobody can read are dropped.
 */
function standardOutput(): pino.DestinationStream {
  process.stdout.on("error", () => undefined);
  return { write: (line) => void process.stdout.write(line) };
}

/** "+37477169083" to "+37477***083" */
export function maskNumber(value: unknown): unknown {
  return typeof value === "string" ? value.replace(/^(\+?\d{3,5})\d+(\d{3})$/, "$1***$2") : value;
}

/** Wherever a number with its plus sign stands: in an address, in another system's error. */
export function maskNumbersIn(line: string): string {
  if (!line.includes("+") && !line.includes("%2B")) return line;
  return line.replace(/(\+|%2B)(\d{3,5})\d{2,9}(\d{3})(?!\d)/g, "$1$2***$3");
}

/** PostgreSQL's `detail` and `where` quote rows and parameters, which are people's numbers and texts. */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const described = pino.stdSerializers.err(error) as Record<string, unknown>;
  const kept = ["type", "message", "stack", "code", "severity", "schema", "table", "constraint", "routine", "digest"];
  return Object.fromEntries(Object.entries(described).filter(([name]) => kept.includes(name)));
}
