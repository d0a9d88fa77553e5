/** Runs once when the web process starts: wrong settings end it with all of them named, and webhooks begin to be heard. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  const { env, EnvError } = await import("./lib/server/env");
  try {
    env();
  } catch (error) {
    if (!(error instanceof EnvError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
  const { startWebIntake } = await import("./lib/server/dispatch/receipts/web-intake");
  startWebIntake();
  const { watchWeb } = await import("./lib/server/metrics/watch-web");
  watchWeb();
}
