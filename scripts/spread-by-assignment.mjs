/**
 * An esbuild plugin: object spreads become `Object.assign`. V8 of Node 20 copies `{ ...a }` fast, but adding a property behind the spread is
 * slow: 1.1 µs for `{ ...a, shard }` of eight properties where the assignment takes 0.15 (`node --import tsx bench/object-spread.ts`),
 * and whatever reads the object later misses its inline caches. It was a tenth of the CPU of worker, receiver and sandbox.
 *
 * What differs from the language: a getter written behind a spread is read once. Spreads of literals are folded into their object.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

/** As esbuild writes them where it lowers spreads and rests; {@link assignInstead} fails where it does not find them. */
const SPREAD = /__spreadValues = (\(a, b\) => \{\n[^]*?\n\}), __spreadProps = [^;]*;/;
const REST = /__objRest = \(source, exclude\) => \{\n[^]*?\n\}/;
const REST_PUTS = "target[prop] = source[prop]";

/** In the place of {@link REST_PUTS}. A key __proto__, as JSON from outside may hold it, stays a property, as in the language. */
const PUTS_SAFELY = `prop === "__proto__"
      ? Object.defineProperty(target, prop, { value: source[prop], enumerable: !0, configurable: !0, writable: !0 })
      : ${REST_PUTS}`;

/**
 * @param {string} code a bundle whose spreads and rests esbuild has lowered
 * @returns {string} the same with helpers that are faster, and safe from a hostile key __proto__
 * @throws {Error} where esbuild writes other helpers than those known here
 */
export function assignInstead(code) {
  const faster = rewrite(code, "__spreadValues", SPREAD, ([, define]) => {
    const isHostile = 'b !== null && b !== void 0 && Object.hasOwn(b, "__proto__")';
    return `__defineValues = ${define}, __spreadValues = (a, b) =>
  ${isHostile} ? __defineValues(a, b) : Object.assign(a, b), __spreadProps = __spreadValues;`;
  });
  return rewrite(faster, "__objRest", REST, ([helper]) => helper.replaceAll(REST_PUTS, PUTS_SAFELY));
}

/**
 * @param {string} code
 * @param {string} name
 * @param {RegExp} known
 * @param {(found: RegExpExecArray) => string} write
 * @returns {string}
 */
function rewrite(code, name, known, write) {
  if (!code.includes(name)) return code;
  const found = known.exec(code);
  const helper = found === null ? "" : write(found);
  if (found === null || helper === found[0])
    throw new Error(`esbuild writes ${name} in a new way: see scripts/spread-by-assignment.mjs.`);
  return code.replace(known, () => helper);
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
