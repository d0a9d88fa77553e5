import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { z } from "zod";
import { decodeKey, env } from "../env";

/** The first seals; all of them open. */
export type KeyRing = readonly [current: Buffer, ...retired: Buffer[]];

export const KEY_ID_BYTES = 4;

/** Tells which key sealed a secret without saying anything of the key. */
export function keyId(key: Buffer): Buffer {
  return createHash("sha256").update("kamurj secret key id").update(key).digest().subarray(0, KEY_ID_BYTES);
}

/** What npm start keeps of its keys. */
export const keptKeys = z.looseObject({
  secretKey: z.string().refine((value) => decodeKey(value) !== null),
  retiredSecretKeys: z.array(z.string().refine((value) => decodeKey(value) !== null)).default([]),
});

export function toKeyRing(current: string, retired: readonly string[]): KeyRing {
  return [decodeOrThrow(current), ...retired.map(decodeOrThrow)];
}

/** As this process was started with. */
export function ownKeyRing(): KeyRing {
  return toKeyRing(env().KAMURJ_SECRET_KEY, env().KAMURJ_RETIRED_SECRET_KEYS ?? []);
}

let fromFile: { readonly changedMs: number; readonly keys: readonly Buffer[] } | null = null;

/**
 * Keys that came after this process was started: a rotation writes them into the settings file before it seals with them, so that
 * processes that run need no restart to go on reading. Empty where there is no such file.
 */
export function laterKeys(): readonly Buffer[] {
  const file = env().KAMURJ_SETTINGS_FILE;
  if (file === undefined) return [];
  const changedMs = statSync(file, { throwIfNoEntry: false })?.mtimeMs;
  if (changedMs === undefined) return [];
  if (fromFile?.changedMs !== changedMs) {
    const kept = keptKeys.safeParse(JSON.parse(readFileSync(file, "utf8")));
    fromFile = { changedMs, keys: kept.success ? toKeyRing(kept.data.secretKey, kept.data.retiredSecretKeys) : [] };
  }
  return fromFile.keys;
}

function decodeOrThrow(value: string): Buffer {
  const key = decodeKey(value);
  if (key === null) throw new Error("KAMURJ_SECRET_KEY is not a key.");
  return key;
}
