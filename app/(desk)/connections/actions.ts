"use server";

import {
  checkConnectionInput,
  connectionIdInput,
  createConnectionInput,
  editConnectionInput,
} from "@/lib/schemas/connection-form";
import { connectionOrderInput, connectionStatusInput } from "@/lib/schemas/connection-list";
import { connectionTestInput } from "@/lib/schemas/connection-test";
import { arrangeConnections } from "@/lib/server/connections/arrange-connections";
import { checkConnection } from "@/lib/server/connections/check-connection";
import { createConnection } from "@/lib/server/connections/create-connection";
import { deleteConnection } from "@/lib/server/connections/delete-connection";
import { editConnection } from "@/lib/server/connections/edit-connection";
import { quoteTest } from "@/lib/server/connections/quote-test";
import { registerViberWebhook } from "@/lib/server/connections/register-viber-webhook";
import { retryConnectionNow } from "@/lib/server/connections/retry-connection-now";
import { sendTest } from "@/lib/server/connections/send-test";
import { setConnectionStatus } from "@/lib/server/connections/set-connection-status";
import { registerWithSandbox } from "@/lib/server/laboratory/register-with-sandbox";
import { connectionAddresses } from "@/lib/server/web/connection-addresses";
import { defineAction } from "@/lib/server/web/define-action";

export const setConnectionStatusAction = defineAction(
  { permission: "connections:write", input: connectionStatusInput },
  setConnectionStatus,
);

export const arrangeConnectionsAction = defineAction(
  { permission: "connections:write", input: connectionOrderInput },
  arrangeConnections,
);

export const createConnectionAction = defineAction(
  { permission: "connections:write", input: createConnectionInput },
  async (ctx, input) => {
    const created = await createConnection(ctx, input, connectionAddresses().webUrl);
    await registerWithSandbox(ctx, connectionAddresses());
    return created;
  },
);

export const editConnectionAction = defineAction(
  { permission: "connections:write", input: editConnectionInput },
  (ctx, input) => {
    const addresses = connectionAddresses();
    return editConnection(ctx, input, addresses.webUrl, () => registerWithSandbox(ctx, addresses));
  },
);

export const checkConnectionAction = defineAction(
  { permission: "connections:write", input: checkConnectionInput },
  checkConnection,
);

export const registerViberWebhookAction = defineAction(
  { permission: "connections:write", input: connectionIdInput },
  (ctx, input) => registerViberWebhook(ctx, input, connectionAddresses().webUrl),
);

export const retryConnectionAction = defineAction(
  { permission: "connections:write", input: connectionIdInput },
  retryConnectionNow,
);

export const deleteConnectionAction = defineAction(
  { permission: "connections:write", input: connectionIdInput },
  deleteConnection,
);

export const quoteTestAction = defineAction({ permission: "connections:write", input: connectionTestInput }, quoteTest);

export const sendTestAction = defineAction({ permission: "connections:write", input: connectionTestInput }, sendTest);
