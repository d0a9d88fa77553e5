/**
 * Checks a value against the part of JSON Schema that our OpenAPI document uses. A keyword it does not know is an error of its own,
 * so that a schema never passes because nobody looked.
 */
export type Schema = { readonly [keyword: string]: unknown };

const NOTES = new Set(["description", "example", "default", "title", "format"]);

export function findMismatches(root: Schema, schema: Schema, value: unknown, at = ""): string[] {
  const found: string[] = [];
  const fail = (text: string) => found.push(`${at === "" ? "/" : at} ${text}`);
  for (const [keyword, rule] of Object.entries(schema)) {
    if (NOTES.has(keyword)) continue;
    const check = CHECKS[keyword];
    if (check === undefined) fail(`has a schema with "${keyword}", which this test does not understand`);
    else found.push(...check({ root, schema, rule, value, at }));
  }
  return found;
}

type Check = (input: { root: Schema; schema: Schema; rule: unknown; value: unknown; at: string }) => string[];

const typeOf = (value: unknown): string =>
  value === null ? "null" : Array.isArray(value) ? "array" : Number.isInteger(value) ? "integer" : typeof value;
const isObject = (value: unknown): value is Record<string, unknown> => typeOf(value) === "object";

const CHECKS: Readonly<Record<string, Check>> = {
  $ref: ({ root, rule, value, at }) => {
    const target = String(rule)
      .slice(2)
      .split("/")
      .reduce<unknown>((node, part) => (node as Schema)[part], root);
    return findMismatches(root, target as Schema, value, at);
  },
  type: ({ rule, value, at }) => {
    const types = [rule].flat();
    const type = typeOf(value);
    return types.includes(type) || (type === "integer" && types.includes("number"))
      ? []
      : [`${at} is ${type}, not ${types.join("|")}`];
  },
  enum: ({ rule, value, at }) =>
    (rule as unknown[]).includes(value) ? [] : [`${at} is ${String(value)}, not one of the enum`],
  const: ({ rule, value, at }) => (rule === value ? [] : [`${at} is not ${String(rule)}`]),
  pattern: ({ rule, value, at }) =>
    typeof value !== "string" || new RegExp(String(rule), "u").test(value)
      ? []
      : [`${at} does not match ${String(rule)}`],
  minLength: ({ rule, value, at }) =>
    typeof value !== "string" || value.length >= Number(rule) ? [] : [`${at} is too short`],
  maxLength: ({ rule, value, at }) =>
    typeof value !== "string" || value.length <= Number(rule) ? [] : [`${at} is too long`],
  minimum: ({ rule, value, at }) => (typeof value !== "number" || value >= Number(rule) ? [] : [`${at} is too small`]),
  maximum: ({ rule, value, at }) => (typeof value !== "number" || value <= Number(rule) ? [] : [`${at} is too large`]),
  required: ({ rule, value, at }) =>
    isObject(value)
      ? (rule as string[]).filter((name) => !(name in value)).map((name) => `${at}/${name} is missing`)
      : [],
  properties: ({ root, rule, value, at }) =>
    isObject(value)
      ? Object.entries(rule as Record<string, Schema>).flatMap(([name, child]) =>
          name in value ? findMismatches(root, child, value[name], `${at}/${name}`) : [],
        )
      : [],
  additionalProperties: ({ root, schema, rule, value, at }) => {
    if (!isObject(value)) return [];
    const known = Object.keys((schema.properties ?? {}) as object);
    const others = Object.keys(value).filter((name) => !known.includes(name));
    if (rule === false) return others.map((name) => `${at}/${name} is not in the schema`);
    return others.flatMap((name) => findMismatches(root, rule as Schema, value[name], `${at}/${name}`));
  },
  items: ({ root, rule, value, at }) =>
    Array.isArray(value) ? value.flatMap((item, i) => findMismatches(root, rule as Schema, item, `${at}/${i}`)) : [],
  oneOf: ({ root, rule, value, at }) => {
    const fitting = (rule as Schema[]).filter((one) => findMismatches(root, one, value, at).length === 0).length;
    return fitting === 1 ? [] : [`${at} fits ${fitting} of oneOf`];
  },
  anyOf: ({ root, rule, value, at }) =>
    (rule as Schema[]).some((one) => findMismatches(root, one, value, at).length === 0)
      ? []
      : [`${at} fits none of anyOf`],
  allOf: ({ root, rule, value, at }) => (rule as Schema[]).flatMap((one) => findMismatches(root, one, value, at)),
};
