import { defineApiRoute, refuseMethod } from "@/lib/server/api/define-api-route";
import { findReachability } from "@/lib/server/api/find-reachability";

/** The number stands in the query, which no log of ours has, and not in the path, which it has. */
export const GET = defineApiRoute(async (ctx, request) =>
  Response.json(await findReachability(ctx, new URL(request.url).searchParams.get("to"))),
);

const refused = refuseMethod("GET");
export { refused as POST, refused as PUT, refused as PATCH, refused as DELETE };
