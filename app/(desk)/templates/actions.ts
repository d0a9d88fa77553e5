"use server";

import {
  createTemplateInput,
  duplicateTemplateInput,
  saveTemplateInput,
  setTemplateArchivedInput,
  templateIdInput,
} from "@/lib/schemas/templates";
import { createTemplate } from "@/lib/server/templates/create-template";
import { duplicateTemplate } from "@/lib/server/templates/duplicate-template";
import { getTemplate } from "@/lib/server/templates/get-template";
import { saveTemplate } from "@/lib/server/templates/save-template";
import { setTemplateArchived } from "@/lib/server/templates/set-template-archived";
import { defineAction } from "@/lib/server/web/define-action";

export const createTemplateAction = defineAction(
  { permission: "templates:write", input: createTemplateInput },
  createTemplate,
);

export const saveTemplateAction = defineAction(
  { permission: "templates:write", input: saveTemplateInput },
  saveTemplate,
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
