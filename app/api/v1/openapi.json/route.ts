import { refuseMethod } from "@/lib/server/api/define-api-route";
import { openApiDocument } from "@/lib/schemas/api/openapi-document";

/** Public: it says nothing of any account. */
export function GET(): Response {
  return Response.json(openApiDocument(), { headers: { "cache-control": "public, max-age=300" } });
}

const refused = refuseMethod("GET");
export { refused as POST, refused as PUT, refused as PATCH, refused as DELETE };
