import type { LinkButton, TemplateContent } from "@/lib/domain/template-content";
import { checkTemplateContent, type ContentProblem } from "@/lib/domain/template/check-content";
import type { Category } from "@/lib/domain/vocabulary";

export function blankContent(language: string): TemplateContent {
  return {
    language,
    category: "marketing",
    body: "",
    whatsapp: { imageUrl: null, footer: null, buttons: [], templateName: "" },
    viber: { imageUrl: null, button: null },
    sms: { text: null, keepLink: true },
  };
}

/** A code is text alone on every channel: carriers refuse pictures and links there. */
export function withCategory(content: TemplateContent, category: Category): TemplateContent {
  if (category !== "authentication") return { ...content, category };
  return {
    ...content,
    category,
    whatsapp: {
      ...content.whatsapp,
      imageUrl: null,
      buttons: content.whatsapp.buttons.filter(({ kind }) => kind === "reply"),
    },
    viber: { imageUrl: null, button: null },
  };
}

export function firstLink(content: TemplateContent): LinkButton | null {
  return content.whatsapp.buttons.find((button) => button.kind === "url") ?? null;
}

/** Viber with WhatsApp's picture and first link: what most people want, so that nothing is typed twice. */
export function withViberLikeWhatsApp(content: TemplateContent): TemplateContent {
  return { ...content, viber: { imageUrl: content.whatsapp.imageUrl, button: firstLink(content) } };
}

export function isViberLikeWhatsApp(content: TemplateContent): boolean {
  const link = firstLink(content);
  const { button, imageUrl } = content.viber;
  return imageUrl === content.whatsapp.imageUrl && button?.url === link?.url && button?.label === link?.label;
}

/** What the SMS leaves out of the template. */
export function lostInSms(content: TemplateContent): readonly ("image" | "buttons" | "footer")[] {
  const { whatsapp, viber } = content;
  return [
    ...(whatsapp.imageUrl !== null || viber.imageUrl !== null ? (["image"] as const) : []),
    ...(whatsapp.buttons.length > 0 || viber.button !== null ? (["buttons"] as const) : []),
    ...(whatsapp.footer !== null ? (["footer"] as const) : []),
  ];
}

/** The first problem of each path. */
export function problemsByPath(content: TemplateContent): ReadonlyMap<string, ContentProblem> {
  const found = new Map<string, ContentProblem>();
  for (const problem of checkTemplateContent(content)) if (!found.has(problem.path)) found.set(problem.path, problem);
  return found;
}

/** `{{city}}` or `{{city|Yerevan}}`; braces and bars of a spare value would end it early. */
export function placeholder(name: string, spare: string): string {
  const clean = spare.replace(/[{}|]/g, "").trim();
  return clean === "" ? `{{${name}}}` : `{{${name}|${clean}}}`;
}
