/**
 * A column of many rows as one parameter (`unnest($1::bigint[], …)`): a small part of what the same rows cost as JSON, here and in
 * PostgreSQL. Numbers, ids, UUIDs and booleans need no quotes.
 */
export function plainArray(values: readonly (string | number | boolean | null)[]): string {
  let text = "{";
  for (let i = 0; i < values.length; i += 1) text += i === 0 ? (values[i] ?? "NULL") : `,${values[i] ?? "NULL"}`;
  return `${text}}`;
}

/** The same for any text. */
export function textArray(values: readonly (string | null)[]): string {
  return plainArray(values.map((value) => (value === null ? null : `"${value.replace(/[\\"]/g, "\\$&")}"`)));
}
