import { randomBytes } from "node:crypto";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { keptKeys, toKeyRing, type KeyRing } from "./key-ring";

/**
 * The keys in the settings file of npm start, with a new one in front. A rotation that was interrupted is gone on with: while a former
 * key is still kept, no further one is made.
 */
export function beginRotation(file: string): KeyRing {
  const kept = keptKeys.parse(JSON.parse(readFileSync(file, "utf8")));
  if (kept.retiredSecretKeys.length > 0) return toKeyRing(kept.secretKey, kept.retiredSecretKeys);
  const secretKey = randomBytes(32).toString("hex");
  const retiredSecretKeys = [kept.secretKey];
  replaceFile(file, { ...kept, secretKey, retiredSecretKeys });
  return toKeyRing(secretKey, retiredSecretKeys);
}

/** Forgets the former keys: nothing may be sealed with them any more, nor any process run that seals with them. */
export function endRotation(file: string): void {
  const { retiredSecretKeys: _, ...kept } = keptKeys.parse(JSON.parse(readFileSync(file, "utf8")));
  replaceFile(file, kept);
}

/** Whole or not at all: a key lost here is a secret lost. */
function replaceFile(file: string, content: object): void {
  const beside = `${file}.new`;
  writeFileSync(beside, JSON.stringify(content, null, 2), { mode: 0o600, flush: true });
  renameSync(beside, file);
}
