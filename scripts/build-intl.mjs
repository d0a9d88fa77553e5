/**
 * Bundles lib/client/intl-hy into public/generated/intl-hy.<hash>.js (docs/adr/0006). It takes a tenth of a second, so it is
 * done at every start; the name says what is in it, so that browsers may keep it for ever.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const root = fileURLToPath(new URL("..", import.meta.url));
const NEEDED = ["PluralRules", "NumberFormat", "DateTimeFormat", "RelativeTimeFormat"];

/** @returns {Promise<string>} the script's text; browsers that know Armenian skip it whole */
export async function bundleIntl() {
  const { build } = await import("esbuild");
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ["lib/client/intl-hy/install.ts"],
    bundle: true,
    minify: true,
    write: false,
    format: "iife",
    charset: "utf8",
    target: "es2022",
    legalComments: "none",
    banner: { js: `if(${JSON.stringify(NEEDED)}.some(n=>!Intl[n].supportedLocalesOf("hy").length))` },
  });
  return outputFiles[0].text;
}

/** Makes the file and removes those of other versions. @returns {Promise<string>} its name and size, for a person */
export async function buildIntl() {
  const text = await bundleIntl();
  const name = `intl-hy.${createHash("sha256").update(text).digest("hex").slice(0, 12)}.js`;
  const folder = join(root, "public/generated");
  mkdirSync(folder, { recursive: true });
  const isNew = !readdirSync(folder).includes(name);
  for (const other of readdirSync(folder))
    if (other.startsWith("intl-hy.") && other !== name) rmSync(join(folder, other));
  writeFileSync(join(folder, name), text);
  const kilobytes = (bytes) => Math.round(bytes / 1024);
  return `${name}: ${kilobytes(Buffer.byteLength(text))} KB, ${kilobytes(gzipSync(text).length)} KB gzipped${isNew ? " (new)" : ""}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.stdout.write(`${await buildIntl()}\n`);
