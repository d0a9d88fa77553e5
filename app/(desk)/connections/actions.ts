"use server";

import { connectionStatusInput } from "@/lib/schemas/connection-list";
import { setConnectionStatus } from "@/lib/server/connections/set-connection-status";
import { defineAction } from "@/lib/server/web/define-action";

export const setConnectionStatusAction = defineAction(
  { permission: "connections:write", input: connectionStatusInput },
  setConnectionStatus,
);
