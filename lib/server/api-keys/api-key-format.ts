import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

const KEY = /^(kmr_live_[a-z0-9]{10})_([A-Za-z0-9_-]{43})$/;
const LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";

export type NewApiKey = { readonly key: string; readonly prefix: string; readonly secretHash: string };

/** `kmr_live_<10 public characters>_<256 bits in base64url>`. The prefix finds the row, the hash proves the secret. */
export function makeApiKey(): NewApiKey {
  const name = Array.from(randomBytes(10), (byte) => LETTERS[byte % LETTERS.length]).join("");
  const prefix = `kmr_live_${name}`;
  const key = `${prefix}_${randomBytes(32).toString("base64url")}`;
  return { key, prefix, secretHash: hashApiKey(key) };
}

/** null for anything that cannot be a key of ours, so that junk never reaches the database. */
export function readApiKeyPrefix(key: string): string | null {
  return KEY.exec(key)?.[1] ?? null;
}

/** A plain hash is enough: the secret has 256 random bits, there is nothing to guess from a dictionary. */
export function hashApiKey(key: string): string {
  return createHash("sha256").update(key, "utf8").digest("hex");
}

export function isSameHash(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a, "hex"), Buffer.from(b, "hex")];
  return left.length === right.length && left.length > 0 && timingSafeEqual(left, right);
}
