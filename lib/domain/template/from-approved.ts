import type { TemplateContent, WhatsAppButton } from "../template-content";
import { CATEGORIES, type Category } from "../vocabulary";
import type { ApprovedShape } from "./approval";
import { TEMPLATE_LIMITS } from "./check-content";
import { withEnd } from "./link";
import { withoutSpareValues } from "./variables";

export type ImportObstacle = "no_content" | "header" | "button" | "body";

/** Why an approved template cannot become one of ours; null: it can. */
export function importObstacle(shape: ApprovedShape | null): ImportObstacle | null {
  if (shape === null) return "no_content";
  if (shape.body.trim() === "" || shape.body.length > TEMPLATE_LIMITS.viberBody) return "body";
  if (shape.header !== null && shape.header !== "image" && shape.header !== "text") return "header";
  const { buttons } = shape;
  const isForeign = buttons.length > TEMPLATE_LIMITS.whatsappButtons || buttons.some(({ kind }) => kind === "other");
  return isForeign ? "button" : null;
}

/** Meta counts the variables of each part from 1; with us a name is one value everywhere. */
const LINK_VARIABLE = "link";

/**
 * A template of ours that sends an approved one as it is. Which picture is not part of the approval, only that there is one: a person
 * puts it in before the template can go out. Viber takes over the first link, SMS the text. Armenian is approved under another code.
 */
export function contentFromApproved(approved: {
  readonly name: string;
  readonly language: string;
  readonly category: string | null;
  readonly shape: ApprovedShape;
}): TemplateContent {
  const { name, shape } = approved;
  const word = (approved.category ?? "").toLowerCase();
  const category: Category = CATEGORIES.find((one) => one === word) ?? "marketing";
  const buttons: WhatsAppButton[] = shape.buttons.map(({ kind, label, url }) =>
    kind === "url" ? { kind, label, url: withEnd(url ?? "", `{{${LINK_VARIABLE}}}`) } : { kind: "reply", label },
  );
  const link = buttons.find((button) => button.kind === "url") ?? null;
  const isArmenian = /\p{Script=Armenian}/u.test(shape.body);
  return {
    language: isArmenian ? "hy" : approved.language,
    category,
    body: shape.body,
    whatsapp: {
      ...{ imageUrl: null, footer: shape.footer, buttons, templateName: name },
      ...(isArmenian ? { language: approved.language } : {}),
    },
    viber: { imageUrl: null, button: category === "authentication" ? null : link },
    sms: { text: null, keepLink: true },
  };
}

/** The other way round: what the business account has once a template with this content has been approved there. */
export function approvedFromContent({ body, whatsapp }: TemplateContent): ApprovedShape {
  return {
    header: whatsapp.imageUrl === null ? null : "image",
    body: withoutSpareValues(body),
    footer: whatsapp.footer,
    buttons: whatsapp.buttons.map((button) => ({
      ...{ kind: button.kind, label: button.label },
      // Meta counts the variables of each part from 1.
      url: button.kind === "url" ? withEnd(button.url, "{{1}}") : null,
    })),
  };
}
