import { toPublicMessageId } from "@/lib/domain/dispatch/attempt-reference";
import { defineApiRoute, refuseMethod } from "@/lib/server/api/define-api-route";
import { parseSendMessage, readIdempotencyKey } from "@/lib/server/api/parse-send-message";
import { readJsonBody } from "@/lib/server/api/read-json-body";
import { sendMessage } from "@/lib/server/api/send-message";
import { toMessageResource } from "@/lib/server/api/to-message-resource";
import { getMessage } from "@/lib/server/messages/get-message";

export const POST = defineApiRoute(async (ctx, request) => {
  const key = readIdempotencyKey(request.headers);
  const message = parseSendMessage(await readJsonBody(request));
  const { messageId, replayed } = await sendMessage(ctx, message, key);
  const resource = toMessageResource(await getMessage(ctx, { id: messageId }));
  const location = `/api/v1/messages/${toPublicMessageId(messageId)}`;
  return Response.json(resource, {
    status: replayed ? 200 : 202,
    headers: { location, ...(replayed && { "idempotency-replayed": "true" }) },
  });
});

const refused = refuseMethod("POST");
export { refused as GET, refused as PUT, refused as PATCH, refused as DELETE };
