import { readFileSync, renameSync, writeFileSync } from "node:fs";

/** Null when there is no such file, or it is not JSON. */
export function readJsonFile(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return null;
  }
}

/** The old content or the new one, whatever happens in between. */
export function writeJsonFile(path: string, value: unknown): void {
  writeFileSync(`${path}.new`, JSON.stringify(value));
  renameSync(`${path}.new`, path);
}
