"use server";

import { z } from "zod";
import {
  createTemplateInput,
  duplicateTemplateInput,
  saveTemplateInput,
  setTemplateArchivedInput,
  templateIdInput,
} from "@/lib/schemas/templates";
import { importApprovedInput } from "@/lib/schemas/whatsapp-templates";
import { approveAtSandbox } from "@/lib/server/demo/approve-at-sandbox";
import { createTemplate } from "@/lib/server/templates/create-template";
import { duplicateTemplate } from "@/lib/server/templates/duplicate-template";
import { getTemplate } from "@/lib/server/templates/get-template";
import { importApprovedTemplate } from "@/lib/server/templates/import-approved-template";
import { saveTemplate } from "@/lib/server/templates/save-template";
import { setTemplateArchived } from "@/lib/server/templates/set-template-archived";
import { syncWhatsAppTemplates } from "@/lib/server/templates/sync-whatsapp-templates";
import { defineAction } from "@/lib/server/web/define-action";

export const createTemplateAction = defineAction(
  { permission: "templates:write", input: createTemplateInput },
  async (ctx, input) => {
    const created = await createTemplate(ctx, input);
    await approveAtSandbox(ctx, input.content);
    return created;
  },
);

export const saveTemplateAction = defineAction(
  { permission: "templates:write", input: saveTemplateInput },
  async (ctx, input) => {
    const saved = await saveTemplate(ctx, input);
    await approveAtSandbox(ctx, input.content);
    return saved;
  },
);

export const setTemplateArchivedAction = defineAction(
  { permission: "templates:write", input: setTemplateArchivedInput },
  (ctx, { templateId, archived }) => setTemplateArchived(ctx, templateId, archived),
);

export const duplicateTemplateAction = defineAction(
  { permission: "templates:write", input: duplicateTemplateInput },
  duplicateTemplate,
);

/** After a conflict: which version is there now. */
export const getTemplateAction = defineAction(
  { permission: "templates:read", input: templateIdInput },
  (ctx, { templateId }) => getTemplate(ctx, templateId),
);

const sync = defineAction({ permission: "templates:write", input: z.object({}) }, (ctx) => syncWhatsAppTemplates(ctx));

export async function syncTemplatesAction() {
  return sync({});
}

export const importApprovedAction = defineAction(
  { permission: "templates:write", input: importApprovedInput },
  importApprovedTemplate,
);
