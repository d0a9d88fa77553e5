import { z } from "zod";

const component = z.looseObject({ type: z.string().min(1) });

export const sandboxTemplateSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9_]{1,512}$/),
  language: z.string().regex(/^[a-z]{2,3}(_[A-Za-z]{2,4})?$/),
  status: z.string().min(1).default("APPROVED"),
  category: z.enum(["AUTHENTICATION", "UTILITY", "MARKETING"]).default("MARKETING"),
  components: z.array(component).default([]),
  rejected_reason: z.string().default("NONE"),
  quality_score: z.object({ score: z.string() }).default({ score: "UNKNOWN" }),
  message_send_ttl_seconds: z.number().int().optional(),
});
export type SandboxTemplate = z.output<typeof sandboxTemplateSchema>;

/** Templates of the business accounts, by their id; forgotten by a reset and by a stop. */
export type TemplateStore = {
  list(wabaId: string): readonly SandboxTemplate[];
  replace(wabaId: string, templates: readonly SandboxTemplate[]): void;
  clear(): void;
};

export function createTemplateStore(): TemplateStore {
  const held = new Map<string, readonly SandboxTemplate[]>();
  return {
    list: (wabaId) => held.get(wabaId) ?? [],
    replace: (wabaId, templates) => void held.set(wabaId, templates),
    clear: () => held.clear(),
  };
}
