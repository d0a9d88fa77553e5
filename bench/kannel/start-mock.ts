import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

export type Mock = { readonly pid: number; readonly url: string; readonly stop: () => Promise<void> };

/** @param subscriptionsFile where WhatsApp's webhooks go, as the sandbox has it too */
export async function startMock(subscriptionsFile: string | null): Promise<Mock> {
  const script = fileURLToPath(new URL("../mock-carrier.ts", import.meta.url));
  const child = spawn(process.execPath, ["--import", "tsx", script], {
    stdio: ["ignore", 2, 2, "ipc"],
    env: { ...process.env, ...(subscriptionsFile === null ? {} : { MOCK_SUBSCRIPTIONS: subscriptionsFile }) },
  });
  const exited = new Promise((resolve) => child.once("exit", resolve));
  const port = await new Promise<number>((resolve, reject) => {
    child.once("message", (message: { readonly port: number }) => resolve(message.port));
    child.once("exit", (code) => reject(new Error(`The mock carrier ended with ${code}.`)));
  });
  const stop = async (): Promise<void> => {
    child.kill("SIGTERM");
    await exited;
  };
  return { pid: child.pid ?? 0, url: `http://127.0.0.1:${port}`, stop };
}
