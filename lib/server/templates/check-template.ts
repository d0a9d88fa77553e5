import { AppError } from "@/lib/domain/app-error";
import type { TemplateContent } from "@/lib/domain/template-content";
import { checkTemplateContent, type ContentProblem } from "@/lib/domain/template/check-content";

/** @throws AppError invalid_input with a field for each part that a carrier would refuse */
export function requireSendable(content: TemplateContent): void {
  const problems = checkTemplateContent(content);
  if (problems.length === 0) return;
  const fields = Object.fromEntries(problems.map((problem) => [`content.${problem.path}`, fieldKey(problem)]));
  throw new AppError("invalid_input", "Some parts of the template are not right.", {
    messageKey: "invalidInput",
    fields,
  });
}

/** The editor says more than this, from the same rules; these words are for whoever comes around it. */
function fieldKey({ problem }: ContentProblem): string {
  if (problem === "empty") return "field.required";
  return problem === "tooLong" ? "field.tooLong" : "field.invalid";
}
