import { AppError } from "@/lib/domain/app-error";
import { fromPublicMessageId } from "@/lib/domain/dispatch/attempt-reference";
import { defineApiRoute, refuseMethod } from "@/lib/server/api/define-api-route";
import { toMessageResource } from "@/lib/server/api/to-message-resource";
import { getMessage } from "@/lib/server/messages/get-message";

export const GET = defineApiRoute(async (ctx, _request, params) => {
  const id = fromPublicMessageId(params.id ?? "");
  if (id === null) throw new AppError("not_found", "There is no message with this id.");
  return Response.json(toMessageResource(await getMessage(ctx, { id })));
});

const refused = refuseMethod("GET");
export { refused as POST, refused as PUT, refused as PATCH, refused as DELETE };
