import { env } from "../env";

/**
 * The caller's address as the nearest trusted proxy saw it: the nth entry of X-Forwarded-For from the right. null when no proxy
 * is trusted, since then the header is whatever the caller wrote.
 */
export function clientIp(headers: Headers): string | null {
  return forwardedFor(headers.get("x-forwarded-for"), env().KAMURJ_TRUSTED_PROXIES);
}

/** The same where the header is at hand. @param trusted proxies in a row before us */
export function forwardedFor(header: string | null | undefined, trusted: number): string | null {
  if (trusted === 0) return null;
  const hops = (header ?? "").split(",").map((hop) => hop.trim());
  return hops.at(-trusted) || null;
}
