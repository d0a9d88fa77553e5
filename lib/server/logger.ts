import pino from "pino";

let made: pino.Logger | undefined;

/** Structured logs on standard output. Phone numbers go in under `to` or `from` and come out masked. */
export function logger(): pino.Logger {
  made ??= pino({
    level: process.env.KAMURJ_LOG_LEVEL ?? "info",
    base: { process: process.env.KAMURJ_PROCESS ?? "web" },
    redact: {
      paths: ["password", "*.password", "secret", "*.secret", "authorization", "*.authorization"],
      censor: "[hidden]",
    },
    serializers: { to: maskNumber, from: maskNumber, err: pino.stdSerializers.err },
  });
  return made;
}

/** "+37477169083" to "+37477***083" */
export function maskNumber(value: unknown): unknown {
  return typeof value === "string" ? value.replace(/^(\+?\d{3,5})\d+(\d{3})$/, "$1***$2") : value;
}
