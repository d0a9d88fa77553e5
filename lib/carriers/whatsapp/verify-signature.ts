import { matchesHmac } from "@/lib/carriers/wire/compare-hmac";

/**
 * Checks `X-Hub-Signature-256: sha256=<hex>` against the bytes as they came.
 *
 * @param rawBody never a re-serialised JSON: Meta signs its own escaping.
 */
export function verifyWhatsAppSignature(
  rawBody: Uint8Array,
  header: string | null | undefined,
  appSecret: string,
): boolean {
  if (typeof header !== "string" || !header.startsWith("sha256=")) return false;
  return matchesHmac(rawBody, header.slice("sha256=".length), appSecret);
}
