import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import type { Locale } from "@/lib/domain/vocabulary";

export type MessageTree = { readonly [key: string]: string | MessageTree };
export type Catalogue = Readonly<Record<string, MessageTree>>;

const loaded = new Map<Locale, Promise<Catalogue>>();

/**
 * All texts of one language: `messages/<locale>/<namespace>.json` becomes `{ [namespace]: … }`.
 *
 * Read from disk at run time, relative to the working directory, so that a new namespace needs no
 * list to be edited; `outputFileTracingIncludes` in next.config.ts keeps the files with the server. In
 * production each language is read once, in development on every request, so that edits show at once.
 */
export function loadMessages(locale: Locale): Promise<Catalogue> {
  if (process.env.NODE_ENV !== "production") return readCatalogue(locale);
  const known = loaded.get(locale);
  if (known) return known;
  const reading = readCatalogue(locale);
  loaded.set(locale, reading);
  reading.catch(() => loaded.delete(locale));
  return reading;
}

async function readCatalogue(locale: Locale): Promise<Catalogue> {
  const folder = path.join(process.cwd(), "messages", locale);
  const files = (await readdir(folder)).filter((file) => file.endsWith(".json"));
  const namespaces = await Promise.all(
    files.map(async (file) => {
      const tree = JSON.parse(await readFile(path.join(folder, file), "utf8")) as MessageTree;
      return [path.basename(file, ".json"), tree] as const;
    }),
  );
  return Object.fromEntries(namespaces);
}
