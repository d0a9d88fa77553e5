import { createHmac, timingSafeEqual } from "node:crypto";

/** Compares in constant time a hex HMAC-SHA256 that came with a request; anything malformed is false. */
export function matchesHmac(rawBody: Uint8Array, hex: string, secret: string): boolean {
  if (secret === "" || !/^[0-9a-fA-F]{64}$/.test(hex)) return false;
  const expected = createHmac("sha256", secret).update(rawBody).digest();
  return timingSafeEqual(expected, Buffer.from(hex, "hex"));
}
