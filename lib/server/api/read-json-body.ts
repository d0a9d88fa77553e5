import type { FieldError } from "@/lib/schemas/api/problems";
import { MAX_BODY_BYTES } from "@/lib/schemas/api/send-message";
import { readLimitedBody } from "../web/read-limited-body";
import { ApiProblem, pointerTo } from "./api-problem";

const MAX_DEPTH = 16;

/**
 * The body as one JSON object, read no further than the limit whatever Content-Length says.
 *
 * Refuses what PostgreSQL could not store (U+0000, half a surrogate pair) with a pointer to it, so that it is a mistake of the
 * request and never a fault of ours.
 *
 * @throws ApiProblem
 */
export async function readJsonBody(request: Request): Promise<Record<string, unknown>> {
  const type = (request.headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase();
  if (type !== "application/json") {
    throw new ApiProblem("unsupported-media-type", "The Content-Type header must be application/json.");
  }
  const value = parse(await readBytes(request));
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new ApiProblem("malformed-json", "The body must be one JSON object.");
  }
  const errors = findUnstorable(value);
  if (errors.length > 0) throw new ApiProblem("invalid-request", "Some texts cannot be stored.", { errors });
  return value as Record<string, unknown>;
}

async function readBytes(request: Request): Promise<Uint8Array> {
  const bytes = await readLimitedBody(request, MAX_BODY_BYTES);
  if (bytes !== null) return bytes;
  throw new ApiProblem("payload-too-large", `The body must not be larger than ${MAX_BODY_BYTES} bytes.`);
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new ApiProblem("malformed-json", "The body is not JSON in UTF-8.");
  }
}

/** Walks without recursion: 64 KB of brackets are a deep tree. */
function findUnstorable(root: object): readonly FieldError[] {
  const errors: FieldError[] = [];
  const open: { readonly value: unknown; readonly path: readonly string[] }[] = [{ value: root, path: [] }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, path } = next;
    if (typeof value === "string" && !isStorable(value)) {
      errors.push({
        pointer: pointerTo(path),
        detail: "Has a character that no message can hold (U+0000 or half of a pair).",
      });
    }
    if (typeof value !== "object" || value === null) continue;
    if (path.length >= MAX_DEPTH) throw new ApiProblem("malformed-json", "The body is nested too deeply.");
    for (const [name, child] of Object.entries(value)) {
      if (!isStorable(name))
        errors.push({ pointer: pointerTo(path), detail: "Has a field whose name cannot be stored." });
      open.push({ value: child, path: [...path, name] });
    }
  }
  return errors;
}

function isStorable(text: string): boolean {
  return !text.includes("\u0000") && !/\p{Surrogate}/u.test(text);
}
