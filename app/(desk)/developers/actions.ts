"use server";

import { createApiKeyInput, revokeApiKeyInput } from "@/lib/schemas/api-keys";
import { createApiKey } from "@/lib/server/api-keys/create-api-key";
import { revokeApiKey } from "@/lib/server/api-keys/revoke-api-key";
import { defineAction } from "@/lib/server/web/define-action";

export const createApiKeyAction = defineAction(
  { permission: "api-keys:write", input: createApiKeyInput },
  createApiKey,
);

export const revokeApiKeyAction = defineAction(
  { permission: "api-keys:write", input: revokeApiKeyInput },
  revokeApiKey,
);
