import type { LinkButton, TemplateContent } from "../template-content";

/**
 * The template's text on SMS, variables still in it. A text edited by a person is kept as it is;
 * otherwise it is the body without media and buttons, and, if wanted, the address of the first link
 * button (WhatsApp's, else Viber's) behind it, unless the body already has that address.
 */
export function deriveSmsText(content: TemplateContent): string {
  const { text, link } = smsPartsOf(content);
  return link === null ? text : `${text} ${link}`;
}

/** The same with its link apart, since a value in a link is written otherwise than one in a text. */
export function smsPartsOf(content: TemplateContent): { readonly text: string; readonly link: string | null } {
  if (content.sms.text !== null) return { text: content.sms.text, link: null };
  const url = content.sms.keepLink ? firstLink(content)?.url : undefined;
  if (url === undefined || url === "" || content.body.includes(url)) return { text: content.body, link: null };
  return { text: content.body.trimEnd(), link: url };
}

function firstLink(content: TemplateContent): LinkButton | null {
  return content.whatsapp.buttons.find((button) => button.kind === "url") ?? content.viber.button;
}
