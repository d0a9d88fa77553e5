import { help, readFlags } from "./read-flags";
import { readSandboxSettings, type SandboxSettings } from "./settings";
import { startSandbox } from "./start-sandbox";

/** Composition root of the sandbox process: settings, start, clean stop. */
async function main(): Promise<void> {
  const flags = readFlags(process.argv.slice(2));
  if (flags === "help") return void process.stdout.write(help);
  const settings = readSandboxSettings({ ...process.env, ...flags });
  const sandbox = await startSandbox(settings);
  const http = `http://${settings.host}:${sandbox.httpPort}`;
  process.stdout.write(
    `Sandbox ready: ${http} (WhatsApp, Viber, SMS over HTTP, ledger), ` +
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
