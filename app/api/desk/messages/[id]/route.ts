import { messageIdInput } from "@/lib/schemas/messages";
import { getMessage } from "@/lib/server/messages/get-message";
import { defineQuery } from "@/lib/server/web/define-query";

export const GET = defineQuery({ permission: "messages:read", input: messageIdInput }, getMessage);
