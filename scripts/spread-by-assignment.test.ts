import { build } from "esbuild";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { assignInstead, spreadByAssignment } from "./spread-by-assignment.mjs";

const SOURCE = `
  export const add = (a, b) => ({ ...a, b });
  export const layers = (a, b) => ({ first: 1, ...a, ...{ second: 2 }, ...b, ["comp" + "uted"]: 3 });
  export const rest = ({ drop, ...kept }, b) => ({ ...kept, ...b });
  export const when = (a, has) => ({ ...a, ...(has ? { has } : {}), ...(has && { and: 1 }), ...null, ...undefined });
  export const copy = (a) => ({ ...a });
`;

type Built = Record<"add" | "layers" | "rest" | "when" | "copy", (a: unknown, b?: unknown) => Record<string, unknown>>;

let folder = "";
let built: Built;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kamurj-spread-"));
  const outfile = join(folder, "built.mjs");
  await build({ stdin: { contents: SOURCE }, outfile, format: "esm", target: "node20", plugins: [spreadByAssignment] });
  built = (await import(pathToFileURL(outfile).href)) as Built;
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("objects are what the language says, in its order of keys", () => {
  expect(Object.entries(built.add({ a: 1, b: 1 }, 2))).toEqual(Object.entries({ a: 1, b: 2 }));
  expect(Object.entries(built.layers({ x: 1, first: 0 }, { second: 5 }))).toEqual(
    Object.entries({ first: 0, x: 1, second: 5, computed: 3 }),
  );
  expect(built.rest({ drop: 1, keep: 2 }, { more: 3 })).toEqual({ keep: 2, more: 3 });
  expect(built.when({ a: 1 }, false)).toEqual({ a: 1 });
  expect(built.when({ a: 1 }, true)).toEqual({ a: 1, has: true, and: 1 });
});

test("what is spread stays as it was", () => {
  const source = { a: 1 };
  const made = built.add(source, 2);
  expect(made).not.toBe(source);
  expect(source).toEqual({ a: 1 });
});

test("a hostile key __proto__ stays a property and gives nothing to inherit", () => {
  const hostile: unknown = JSON.parse('{"__proto__": {"isAdmin": true}, "a": 1}');
  const made = [built.add(hostile, 2), built.copy(hostile), built.layers(hostile), built.layers({}, hostile)];
  for (const one of [...made, built.rest(hostile)]) {
    expect(Object.getPrototypeOf(one)).toBe(Object.prototype);
    expect(one.isAdmin).toBeUndefined();
    expect(Object.hasOwn(one, "__proto__")).toBe(true);
  }
});

test("helpers that it does not know end the build", () => {
  expect(() => assignInstead("var __spreadValues = somethingNew;")).toThrow("in a new way");
  expect(() => assignInstead("var __objRest = somethingNew;")).toThrow("in a new way");
  expect(() => assignInstead("var __objRest = (source, exclude) => {\n  return copied;\n};")).toThrow("in a new way");
  expect(assignInstead("no spread at all")).toBe("no spread at all");
});
