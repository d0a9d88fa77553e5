import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { KEY_ID_BYTES, keyId, laterKeys, ownKeyRing, type KeyRing } from "./key-ring";

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** 1: without the key's id, as sealed before keys could be changed. */
const WITHOUT_KEY_ID = 1;
const VERSION = 2;

/**
 * Encrypts a secret for one row: AES-256-GCM, `associated` (account and row id) bound in, so that ciphertext moved to another
 * row or account does not open. Layout: version 2 (1) | key id (4) | nonce (12) | tag (16) | ciphertext. The head is bound in too.
 */
export function seal(plain: string, associated: string, key = ownKeyRing()[0]): Uint8Array<ArrayBuffer> {
  const head = Buffer.concat([Buffer.from([VERSION]), keyId(key)]);
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  cipher.setAAD(Buffer.concat([head, Buffer.from(associated, "utf8")]));
  const body = Buffer.concat([cipher.update(plain, "utf8"), cipher.final()]);
  return Uint8Array.from(Buffer.concat([head, nonce, cipher.getAuthTag(), body]));
}

/** @throws Error if the bytes were altered, belong to another row, or no key of the ring sealed them */
export function unseal(sealed: Uint8Array, associated: string, keys?: Buffer | KeyRing): string {
  const bytes = Buffer.from(sealed);
  if (bytes[0] === WITHOUT_KEY_ID) return openFirst(bytes, associated, ringOf(keys));
  if (bytes[0] !== VERSION) throw new Error("Not a sealed secret.");
  const head = bytes.subarray(0, 1 + KEY_ID_BYTES);
  const bears = (key: Buffer): boolean => keyId(key).equals(head.subarray(1));
  const key = ringOf(keys).find(bears) ?? (keys === undefined ? laterKeys().find(bears) : undefined);
  if (key === undefined) throw new Error("This secret was sealed with a key that is not known here.");
  return open(bytes.subarray(head.length), Buffer.concat([head, Buffer.from(associated, "utf8")]), key);
}

/** Whether it need not be sealed anew: the key is this one. */
export function isSealedWith(sealed: Uint8Array, key: Buffer): boolean {
  return sealed[0] === VERSION && keyId(key).equals(Buffer.from(sealed).subarray(1, 1 + KEY_ID_BYTES));
}

function ringOf(keys: Buffer | KeyRing | undefined): readonly Buffer[] {
  if (keys === undefined) return ownKeyRing();
  return Buffer.isBuffer(keys) ? [keys] : keys;
}

/** Bytes of version 1 do not say whose they are: every key is tried. */
function openFirst(bytes: Buffer, associated: string, keys: readonly Buffer[]): string {
  let failure: unknown = new Error("No key.");
  for (const key of keys) {
    try {
      return open(bytes.subarray(1), Buffer.from(associated, "utf8"), key);
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

function open(bytes: Buffer, associated: Buffer, key: Buffer): string {
  if (bytes.length < NONCE_BYTES + TAG_BYTES) throw new Error("Not a sealed secret.");
  const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, NONCE_BYTES));
  decipher.setAAD(associated);
  decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]).toString("utf8");
}
