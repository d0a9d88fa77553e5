/**
 * An esbuild plugin: object spreads become `Object.assign`. V8 up to Node 20 copies `{ ...a }` fast, but makes a new hidden class for
 * each property that is added behind it: 1.1 µs for `{ ...a, shard }` of eight properties where the assignment takes 0.15
 * (`node --import tsx bench/object-spread.ts`), and whatever reads the object later meets a shape it has never seen. A service that
 * makes some twenty such objects a message pays a tenth of its CPU for it.
 *
 * What differs from the language: a getter written behind a spread is read once. Spreads of literals are folded into their object.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

/** As esbuild writes it where it lowers spreads; {@link assignInstead} fails where it does not find it. */
const HELPERS = /__spreadValues = (\(a, b\) => \{\n[^]*?\n\}), __spreadProps = [^;]*;/;

/**
 * @param {string} code a bundle whose spreads esbuild has lowered
 * @returns {string} the same with faster helpers
 * @throws {Error} where esbuild writes other helpers than those known here
 */
export function assignInstead(code) {
  if (!code.includes("__spreadValues")) return code;
  const found = HELPERS.exec(code);
  if (found === null)
    throw new Error("esbuild lowers object spreads in a new way: see scripts/spread-by-assignment.mjs.");
  // A key __proto__, as JSON from outside may hold it, must stay a property; an assignment would set the prototype.
  const helpers = `__defineValues = ${found[1]}, __spreadValues = (a, b) =>
  b !== null && b !== void 0 && Object.hasOwn(b, "__proto__") ? __defineValues(a, b) : Object.assign(a, b), __spreadProps = __spreadValues;`;
  return code.replace(HELPERS, () => helpers);
}

/** @type {import("esbuild").Plugin} */
export const spreadByAssignment = {
  name: "spread-by-assignment",
  setup(build) {
    const options = build.initialOptions;
    options.supported = { ...options.supported, "object-rest-spread": false };
    options.minifySyntax = true;
    options.write = false;
    build.onEnd(async ({ outputFiles = [] }) => {
      for (const { path, text } of outputFiles) {
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, assignInstead(text));
      }
    });
  },
};
