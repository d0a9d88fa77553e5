import type { ClientError } from "@/lib/schemas/action-result";

/** Thrown by query functions; `error` has words for a person. */
export class QueryError extends Error {
  constructor(readonly error: ClientError) {
    super(error.message);
    this.name = "QueryError";
  }
}

/**
 * GET of a desk query route (made by defineQuery). Parameters that are null, undefined or "" are left out.
 *
 * @throws QueryError
 */
export async function fetchQuery<T>(
  path: string,
  params: Readonly<Record<string, string | number | boolean | null | undefined>> = {},
  signal?: AbortSignal,
): Promise<T> {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    if (value !== null && value !== undefined && value !== "") search.set(name, String(value));
  }
  const query = search.size === 0 ? "" : `?${search}`;
  const response = await fetch(`${path}${query}`, {
    headers: { accept: "application/json" },
    ...(signal && { signal }),
  });
  const body = (await response.json().catch(() => null)) as { data?: T; error?: ClientError } | null;
  if (response.ok && body !== null && "data" in body) return body.data as T;
  throw new QueryError(
    body?.error ?? { code: "unexpected", message: response.statusText, fields: {}, reference: null },
  );
}
