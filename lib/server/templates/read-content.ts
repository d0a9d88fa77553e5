import type { TemplateContent } from "@/lib/domain/template-content";
import { templateContent } from "@/lib/schemas/templates";

/** Reads a stored version. A document of another shape is a bug, not a person's mistake: it throws. */
export function readContent(stored: unknown): TemplateContent {
  return templateContent.parse(stored);
}
