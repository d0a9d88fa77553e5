import "server-only";
import type { ConnectionAddresses } from "../connections/list-connections";
import { env } from "../env";

/** SANDBOX_URL is set by npm start where the sandbox runs beside the desk. */
export function connectionAddresses(): ConnectionAddresses {
  const sandboxUrl = process.env.SANDBOX_URL ?? "";
  const usable = URL.canParse(sandboxUrl) && /^https?:$/.test(new URL(sandboxUrl).protocol);
  return { webUrl: env().NEXTAUTH_URL, sandboxUrl: usable ? sandboxUrl : null };
}
