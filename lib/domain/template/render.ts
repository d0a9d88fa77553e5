import { measureSms, type SegmentInfo } from "../sms/segments";
import type { LinkButton, TemplateContent, WhatsAppButton } from "../template-content";
import type { Channel } from "../vocabulary";
import { smsPartsOf } from "./derive-sms";
import { fillLink } from "./link";
import { metaLanguage } from "./meta-limits";
import { fillVariables, resolveVariables, type VariableValues } from "./variables";

/** Same shape as the content of a connector's send request, which the domain may not import. */
export type RenderedContent =
  | {
      readonly channel: "whatsapp";
      readonly templateName: string;
      readonly language: string;
      readonly imageUrl: string | null;
      readonly bodyParameters: readonly { readonly name: string; readonly value: string }[];
      readonly buttons: readonly WhatsAppButton[];
      /** Of each button: what stands in place of its link's variable end; null where it has none. */
      readonly urlSuffixes: readonly (string | null)[];
      readonly freeText: string | null;
    }
  | {
      readonly channel: "viber";
      readonly text: string;
      readonly imageUrl: string | null;
      readonly button: LinkButton | null;
      readonly ttlSeconds: number;
    }
  | { readonly channel: "sms"; readonly text: string; readonly validitySeconds: number | null };

type Rendered<C extends Channel, Segments> = {
  readonly content: Extract<RenderedContent, { channel: C }>;
  /** The text as the recipient reads it; for WhatsApp the approved body with the values in place. */
  readonly text: string;
  /** Variables with neither a value nor a spare one: such a message should not go out. */
  readonly missing: readonly string[];
  readonly segmentInfo: Segments;
};

type RenderedByChannel = {
  whatsapp: Rendered<"whatsapp", null>;
  viber: Rendered<"viber", null>;
  sms: Rendered<"sms", SegmentInfo>;
};

export type RenderedMessage<C extends Channel = Channel> = RenderedByChannel[C];

export type RenderOptions = {
  /** Viber drops the message after this many seconds: the wait before fallback. */
  readonly ttlSeconds: number;
  /** null: the carrier's own default. */
  readonly validitySeconds: number | null;
};

/**
 * One template for one recipient on one channel.
 *
 * An SMS is brought to composed form (NFC): a letter written as a base and a mark, as some systems
 * export names, would cost the whole text its 160 characters for no visible difference. The estimate
 * and the send both come here, so they count the same segments.
 */
export function renderForChannel<C extends Channel>(
  content: TemplateContent,
  channel: C,
  values: VariableValues,
  options: RenderOptions,
): RenderedMessage<C>;
export function renderForChannel(
  content: TemplateContent,
  channel: Channel,
  values: VariableValues,
  options: RenderOptions,
): RenderedMessage {
  switch (channel) {
    case "whatsapp":
      return renderWhatsApp(content, values);
    case "viber":
      return renderViber(content, values, options.ttlSeconds);
    case "sms":
      return renderSms(content, values, options.validitySeconds);
  }
}

function renderWhatsApp(content: TemplateContent, values: VariableValues): RenderedMessage<"whatsapp"> {
  const { text, missing } = fillVariables(content.body, values);
  const { templateName, imageUrl } = content.whatsapp;
  const links = content.whatsapp.buttons.map((button) => (button.kind === "url" ? fillLink(button.url, values) : null));
  return {
    content: {
      channel: "whatsapp",
      templateName,
      language: metaLanguage(content),
      imageUrl,
      bodyParameters: resolveVariables(content.body, values).map(({ name, value }) => ({
        name,
        value: toOneLine(value),
      })),
      buttons: content.whatsapp.buttons.map((button, i) => ({ ...button, ...(links[i] && { url: links[i].url }) })),
      urlSuffixes: links.map((link) => link?.suffix ?? null),
      // A text without an approved template (an API message): free-form, which the carrier takes within 24 h of the person's last word.
      freeText: templateName === "" ? text : null,
    },
    text,
    missing: [...new Set([...missing, ...links.flatMap((link) => link?.missing ?? [])])],
    segmentInfo: null,
  };
}

function renderViber(content: TemplateContent, values: VariableValues, ttlSeconds: number): RenderedMessage<"viber"> {
  const { text, missing } = fillVariables(content.body, values);
  const { imageUrl } = content.viber;
  const link = content.viber.button === null ? null : fillLink(content.viber.button.url, values);
  const button = content.viber.button === null || link === null ? null : { ...content.viber.button, url: link.url };
  return {
    content: { channel: "viber", text, imageUrl, button, ttlSeconds },
    text,
    missing: [...new Set([...missing, ...(link?.missing ?? [])])],
    segmentInfo: null,
  };
}

function renderSms(
  content: TemplateContent,
  values: VariableValues,
  validitySeconds: number | null,
): RenderedMessage<"sms"> {
  const parts = smsPartsOf(content);
  const filled = fillVariables(parts.text, values);
  const link = parts.link === null ? null : fillLink(parts.link, values);
  const text = (link === null ? filled.text : `${filled.text} ${link.url}`).normalize("NFC");
  return {
    content: { channel: "sms", text, validitySeconds },
    text,
    missing: [...new Set([...filled.missing, ...(link?.missing ?? [])])],
    segmentInfo: measureSms(text),
  };
}

/** WhatsApp refuses a parameter with a line break, a tab or more than four blanks in a row (131008). */
function toOneLine(value: string): string {
  return value.replace(/\s*\n\s*/g, " ").replace(/ {5,}/g, "    ");
}
