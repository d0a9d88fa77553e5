import { problemResponse } from "@/lib/server/api/api-problem";

/** An address that the API does not have; no key is asked for, since there is nothing to protect. */
function answer(): Response {
  return problemResponse("not-found", "The API has no such address. /api/v1/openapi.json lists those it has.");
}

export { answer as GET, answer as POST, answer as PUT, answer as PATCH, answer as DELETE };
