import { readdirSync } from "node:fs";
import path from "node:path";
import type { Locale } from "@/lib/domain/vocabulary";

/**
 * The address of the script that teaches a browser this language (docs/adr/0006), or null where every browser knows it.
 *
 * Its name carries a hash, so it is looked up in the folder where scripts/build-intl.mjs left it. Without it pages still
 * work, with dates and numbers as the browser writes them.
 */
export function intlScript(locale: Locale): string | null {
  if (locale !== "hy") return null;
  const name = findName();
  return name === undefined ? null : `/generated/${name}`;
}

function findName(): string | undefined {
  try {
    return readdirSync(path.join(process.cwd(), "public/generated")).find((name) => /^intl-hy\.\w+\.js$/.test(name));
  } catch {
    return undefined;
  }
}
