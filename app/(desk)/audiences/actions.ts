"use server";

import {
  audienceId,
  forgetUnreachableInput,
  liftSuppressionInput,
  renameAudienceInput,
  suppressContactInput,
} from "@/lib/schemas/audiences";
import { importId, previewImportInput, startImportInput } from "@/lib/schemas/audiences-imports";
import { archiveAudience } from "@/lib/server/audiences/archive-audience";
import { cancelImport } from "@/lib/server/audiences/cancel-import";
import { discardImport } from "@/lib/server/audiences/discard-import";
import { previewImport } from "@/lib/server/audiences/preview-import";
import { renameAudience } from "@/lib/server/audiences/rename-audience";
import { startImport } from "@/lib/server/audiences/start-import";
import { forgetUnreachable } from "@/lib/server/contacts/forget-unreachable";
import { liftSuppression } from "@/lib/server/contacts/lift-suppression";
import { suppressContact } from "@/lib/server/contacts/suppress-contact";
import { defineAction } from "@/lib/server/web/define-action";

const write = "audiences:write";

/** Reads only; an action because a mapping of 200 columns is too long for an address. */
export const previewImportAction = defineAction({ permission: write, input: previewImportInput }, previewImport);

export const startImportAction = defineAction({ permission: write, input: startImportInput }, startImport);

export const cancelImportAction = defineAction({ permission: write, input: importId }, (ctx, input) =>
  cancelImport(ctx, input.importId),
);

export const discardImportAction = defineAction({ permission: write, input: importId }, (ctx, input) =>
  discardImport(ctx, input.importId),
);

export const renameAudienceAction = defineAction({ permission: write, input: renameAudienceInput }, renameAudience);

export const archiveAudienceAction = defineAction({ permission: write, input: audienceId }, (ctx, input) =>
  archiveAudience(ctx, input.audienceId),
);

export const suppressContactAction = defineAction({ permission: write, input: suppressContactInput }, suppressContact);

export const forgetUnreachableAction = defineAction(
  { permission: write, input: forgetUnreachableInput },
  forgetUnreachable,
);

export const liftSuppressionAction = defineAction(
  { permission: "opt-outs:lift", input: liftSuppressionInput },
  liftSuppression,
);
