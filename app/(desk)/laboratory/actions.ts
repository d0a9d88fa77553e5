"use server";

import { faultIdInput, faultInput, mixInput, presetInput } from "@/lib/schemas/laboratory";
import { setFault, setPreset } from "@/lib/server/laboratory/set-fault";
import { setMix } from "@/lib/server/laboratory/set-mix";
import { stopFault } from "@/lib/server/laboratory/stop-fault";
import { connectionAddresses } from "@/lib/server/web/connection-addresses";
import { defineAction } from "@/lib/server/web/define-action";

export const setPresetAction = defineAction({ permission: "laboratory:use", input: presetInput }, (ctx, input) =>
  setPreset(ctx, input, connectionAddresses().sandboxUrl),
);

export const setFaultAction = defineAction({ permission: "laboratory:use", input: faultInput }, (ctx, input) =>
  setFault(ctx, input, connectionAddresses().sandboxUrl),
);

export const stopFaultAction = defineAction({ permission: "laboratory:use", input: faultIdInput }, (ctx, input) =>
  stopFault(ctx, input, connectionAddresses().sandboxUrl),
);

export const setMixAction = defineAction({ permission: "laboratory:use", input: mixInput }, (ctx, input) =>
  setMix(ctx, input, connectionAddresses().sandboxUrl),
);
