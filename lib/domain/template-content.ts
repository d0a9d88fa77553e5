import type { Category } from "./vocabulary";

/** A tappable link (or quick reply) under a WhatsApp or Viber message. SMS has none. */
export type LinkButton = { readonly kind: "url"; readonly label: string; readonly url: string };
export type ReplyButton = { readonly kind: "reply"; readonly label: string };
export type WhatsAppButton = LinkButton | ReplyButton;

/**
 * What a template says on each channel, in one language. Stored as one immutable JSON document per
 * template version. Texts hold variables as `{{first_name}}`; `{{first_name|friend}}` gives a spare
 * value for recipients without one.
 */
export type TemplateContent = {
  readonly language: string; // BCP 47, "hy", "en", "ru"
  readonly category: Category;
  /** The text of the message on WhatsApp and Viber. */
  readonly body: string;
  readonly whatsapp: {
    /** https address of the header image, or null. */
    readonly imageUrl: string | null;
    readonly footer: string | null;
    /** At most 3. */
    readonly buttons: readonly WhatsAppButton[];
    /** Name under which the template is approved at the business account. */
    readonly templateName: string;
    /** Meta's code under which it is approved, where that is not the text's language: Meta has no Armenian. */
    readonly language?: string | undefined;
  };
  readonly viber: { readonly imageUrl: string | null; readonly button: LinkButton | null };
  readonly sms: {
    /** null: derived from the body; a text: edited by a person and kept as it is. */
    readonly text: string | null;
    /** While derived: append the first link button's address. */
    readonly keepLink: boolean;
  };
};
