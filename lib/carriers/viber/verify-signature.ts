import { matchesHmac } from "@/lib/carriers/wire/compare-hmac";

/** Checks `X-Viber-Content-Signature` (hex HMAC-SHA256 over the raw bytes) where the service has a signing key. */
export function verifyViberSignature(
  rawBody: Uint8Array,
  header: string | null | undefined,
  signingKey: string,
): boolean {
  return typeof header === "string" && matchesHmac(rawBody, header.trim(), signingKey);
}
