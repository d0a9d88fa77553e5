import { DATABASE_AWAY_DIGEST } from "@/lib/schemas/database-away";

/** The digest by which the server's log knows the error; errors of the browser have none. */
export function referenceOf(error: unknown): string | null {
  if (typeof error !== "object" || error === null || !("digest" in error)) return null;
  return typeof error.digest === "string" ? error.digest : null;
}

/** The server knew what was wrong: its database was out of reach. */
export function isDatabaseAwayError(error: unknown): boolean {
  return referenceOf(error) === DATABASE_AWAY_DIGEST;
}
