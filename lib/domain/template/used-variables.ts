import type { TemplateContent } from "../template-content";
import { deriveSmsText } from "./derive-sms";
import { listVariables } from "./variables";

/** Of everything that a recipient may read or open, on any channel: distinct, in order of first appearance. */
export function usedVariables(content: TemplateContent): readonly string[] {
  const links = [...content.whatsapp.buttons, content.viber.button].flatMap((button) =>
    button !== null && button.kind === "url" ? [button.url] : [],
  );
  return [...new Set([content.body, deriveSmsText(content), ...links].flatMap((text) => listVariables(text)))];
}
