import { env } from "../env";

/**
 * The caller's address as the nearest trusted proxy saw it: the nth entry of X-Forwarded-For from the right. null when no proxy
 * is trusted, since then the header is whatever the caller wrote.
 */
export function clientIp(headers: Headers): string | null {
  const trusted = env().KAMURJ_TRUSTED_PROXIES;
  if (trusted === 0) return null;
  const hops = (headers.get("x-forwarded-for") ?? "").split(",").map((hop) => hop.trim());
  return hops.at(-trusted) || null;
}
