import type { ActionResult } from "@/lib/schemas/action-result";
import type { CreateTemplateInput, SaveTemplateInput, TemplateDetail } from "@/lib/schemas/templates";

/** Server actions, handed in by the pages: components do not reach into `app`. */
export type TemplateActions = {
  readonly create: (input: CreateTemplateInput) => Promise<ActionResult<{ templateId: string; version: number }>>;
  readonly save: (input: SaveTemplateInput) => Promise<ActionResult<{ version: number }>>;
  readonly reload: (input: { templateId: string }) => Promise<ActionResult<TemplateDetail>>;
};

export type TemplateMenuActions = {
  readonly duplicate: (input: {
    templateId: string;
    name: string;
  }) => Promise<ActionResult<{ templateId: string; name: string }>>;
  readonly setArchived: (input: { templateId: string; archived: boolean }) => Promise<ActionResult<void>>;
};
