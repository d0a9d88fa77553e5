import pino from "pino";

let made: pino.Logger | undefined;

/** Structured logs on standard output. Phone numbers go in under `to` or `from` and come out masked. */
export function logger(): pino.Logger {
  made ??= pino(
    {
      level: process.env.KAMURJ_LOG_LEVEL ?? "info",
      base: { process: process.env.KAMURJ_PROCESS ?? "web" },
      redact: {
        paths: ["password", "*.password", "secret", "*.secret", "authorization", "*.authorization"],
        censor: "[hidden]",
      },
      serializers: { to: maskNumber, from: maskNumber, err: pino.stdSerializers.err },
    },
    standardOutput(),
  );
  return made;
}

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
