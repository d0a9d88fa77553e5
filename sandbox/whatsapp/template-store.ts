import { z } from "zod";
import { readJsonFile, writeJsonFile } from "../keep-json";

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

/** Templates of the business accounts, by their id. Changes are kept over a stop and forgotten by a reset. */
export type TemplateStore = {
  list(wabaId: string): readonly SandboxTemplate[];
  replace(wabaId: string, templates: readonly SandboxTemplate[]): void;
  clear(): void;
};

const keptSchema = z.record(z.string(), z.array(sandboxTemplateSchema));

/** @param given what an account has that nobody has changed */
export function openTemplateStore(path: string, given: (wabaId: string) => readonly SandboxTemplate[]): TemplateStore {
  const kept = keptSchema.safeParse(readJsonFile(path));
  const changed = new Map<string, readonly SandboxTemplate[]>(Object.entries(kept.data ?? {}));
  const keep = (): void => writeJsonFile(path, Object.fromEntries(changed));
  return {
    list: (wabaId) => changed.get(wabaId) ?? given(wabaId),
    replace(wabaId, templates) {
      changed.set(wabaId, templates);
      keep();
    },
    clear() {
      changed.clear();
      keep();
    },
  };
}
