import type { z } from "zod";

/** Of each field that is not right, by its path ("config.port"), the key of what to say in the catalogue `errors`. */
export function fieldErrors(error: z.ZodError): Readonly<Record<string, string>> {
  const fields: Record<string, string> = {};
  for (const issue of error.issues) fields[issue.path.join(".")] ??= fieldKey(issue);
  return fields;
}

/** A custom message ("field.url") is a key; zod's own English texts are replaced by one of ours. */
function fieldKey(issue: z.core.$ZodIssue): string {
  if (issue.message.startsWith("field.")) return issue.message;
  if (issue.code === "too_big") return "field.tooLong";
  if (issue.code === "too_small") return issue.origin === "string" ? "field.required" : "field.tooSmall";
  return "field.invalid";
}
