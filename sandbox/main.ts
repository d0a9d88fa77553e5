import { readSandboxSettings, type SandboxSettings } from "./settings";
import { startSandbox } from "./start-sandbox";

/** Composition root of the sandbox process: settings, start, clean stop. */
async function main(): Promise<void> {
  const settings = readSandboxSettings(process.env);
  const sandbox = await startSandbox(settings);
  process.stdout.write(
    `Sandbox ready: http://${settings.host}:${sandbox.httpPort} (WhatsApp, Viber, ledger), ` +
      `smpp://${settings.host}:${sandbox.smppPort} (SMSC)\n`,
  );
  const stop = (): void => void sandbox.stop().then(() => process.exit(0));
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
  // Under npm start: say that we are up, and do not outlive it.
  process.once("disconnect", stop);
  process.send?.({ ready: true });
}

function explain(error: unknown, environment: Partial<SandboxSettings> = {}): string {
  if (error instanceof Error && "code" in error && error.code === "EADDRINUSE") {
    const port = "port" in error ? String(error.port) : String(environment.httpPort ?? "");
    return `Port ${port} is in use. Set SANDBOX_HTTP_PORT or SANDBOX_SMPP_PORT to a free one.`;
  }
  return error instanceof Error ? error.message : String(error);
}

main().catch((error: unknown) => {
  process.stderr.write(`${explain(error)}\n`);
  process.exit(1);
});
