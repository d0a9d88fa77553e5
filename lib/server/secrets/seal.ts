import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { decodeKey, env } from "../env";

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const VERSION = 1;

/**
 * Encrypts a secret for one row: AES-256-GCM, `associated` (account and row id) bound in, so that ciphertext moved to another
 * row or account does not open. Layout: version (1) | nonce (12) | tag (16) | ciphertext.
 */
export function seal(plain: string, associated: string, key = secretKey()): Uint8Array<ArrayBuffer> {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  cipher.setAAD(Buffer.from(associated, "utf8"));
  const body = Buffer.concat([cipher.update(plain, "utf8"), cipher.final()]);
  return Uint8Array.from(Buffer.concat([Buffer.from([VERSION]), nonce, cipher.getAuthTag(), body]));
}

/** @throws Error if the bytes were altered, belong to another row, or the key is another */
export function unseal(sealed: Uint8Array, associated: string, key = secretKey()): string {
  const bytes = Buffer.from(sealed);
  if (bytes.length < 1 + NONCE_BYTES + TAG_BYTES || bytes[0] !== VERSION) throw new Error("Not a sealed secret.");
  const nonce = bytes.subarray(1, 1 + NONCE_BYTES);
  const tag = bytes.subarray(1 + NONCE_BYTES, 1 + NONCE_BYTES + TAG_BYTES);
  const decipher = createDecipheriv("aes-256-gcm", key, nonce);
  decipher.setAAD(Buffer.from(associated, "utf8"));
  decipher.setAuthTag(tag);
  const body = bytes.subarray(1 + NONCE_BYTES + TAG_BYTES);
  return Buffer.concat([decipher.update(body), decipher.final()]).toString("utf8");
}

function secretKey(): Buffer {
  const key = decodeKey(env().KAMURJ_SECRET_KEY);
  if (key === null) throw new Error("KAMURJ_SECRET_KEY is not a key.");
  return key;
}
