import type { SendRequest } from "@/lib/carriers/connector";

export type WhatsAppContent = Extract<SendRequest["content"], { channel: "whatsapp" }>;

/** Meta keeps at most this much of a quick reply's payload. */
const maxPayloadLength = 128;

/** The body of `POST /{phone number id}/messages`, Cloud API v25.0. */
export function buildWhatsAppMessage(request: SendRequest, content: WhatsAppContent): Record<string, unknown> {
  const envelope = {
    messaging_product: "whatsapp",
    recipient_type: "individual",
    to: request.to,
    biz_opaque_callback_data: request.reference,
  };
  if (content.freeText !== null) return { ...envelope, ...freeForm(content, content.freeText) };
  const components = [...header(content), ...body(content), ...buttons(content)];
  return {
    ...envelope,
    type: "template",
    template: {
      name: content.templateName,
      language: { code: content.language.replace("-", "_"), policy: "deterministic" },
      ...(components.length > 0 ? { components } : {}),
    },
  };
}

/**
 * Without a template, within the 24 h window: a picture takes the text as its caption, a link or quick replies make it an interactive
 * message with the picture above it (Meta, "Interactive call-to-action URL button messages", "Interactive reply buttons messages"). One
 * link or replies, never both: Meta has no such message, so a link comes first.
 */
function freeForm({ imageUrl, buttons: asked }: WhatsAppContent, text: string): Record<string, unknown> {
  const picture = imageUrl === null ? null : { type: "image", image: { link: asUri(imageUrl) } };
  const link = asked.find((button) => button.kind === "url");
  if (link === undefined && asked.length === 0) {
    if (picture !== null) return { type: "image", image: { ...picture.image, caption: text } };
    return { type: "text", text: { preview_url: false, body: text } };
  }
  const parts = { ...(picture === null ? {} : { header: picture }), body: { text } };
  if (link !== undefined) {
    const parameters = { display_text: link.label, url: asUri(link.url) };
    return { type: "interactive", interactive: { type: "cta_url", ...parts, action: { name: "cta_url", parameters } } };
  }
  const replies = asked.map(({ label }) => ({ type: "reply", reply: { id: label, title: label } }));
  return { type: "interactive", interactive: { type: "button", ...parts, action: { buttons: replies } } };
}

function header(content: WhatsAppContent): object[] {
  if (content.imageUrl === null) return [];
  return [{ type: "header", parameters: [{ type: "image", image: { link: asUri(content.imageUrl) } }] }];
}

/** Meta's `link` is a URI by RFC 3986: Armenian letters go in their ASCII form, and so does what `URL` leaves standing. */
function asUri(address: string): string {
  if (!URL.canParse(address)) return address;
  return new URL(address).href.replace(/[\^`|]|%(?![\da-f]{2})/gi, encodeURIComponent);
}

const isPlace = ({ name }: { readonly name: string }): boolean => /^\d*$/.test(name);

/**
 * Named templates take `parameter_name`; positional ones ({{1}}, {{2}}) must not have it, and Meta counts them in the
 * order of the numbers, wherever the text has them.
 */
function body({ bodyParameters }: WhatsAppContent): object[] {
  if (bodyParameters.length === 0) return [];
  const inOrder = bodyParameters.every(isPlace)
    ? bodyParameters.toSorted((a, b) => Number(a.name) - Number(b.name))
    : bodyParameters;
  const parameters = inOrder.map((parameter) => {
    const { name, value } = parameter;
    return isPlace(parameter) ? { type: "text", text: value } : { type: "text", parameter_name: name, text: value };
  });
  return [{ type: "body", parameters }];
}

/**
 * A link fixed in the approved template takes no parameter (Meta refuses one); only a link with a variable end
 * does. Quick replies carry their label as payload, so that the answer says what was tapped.
 */
function buttons(content: WhatsAppContent): object[] {
  return content.buttons.flatMap((button, index) => {
    if (button.kind === "reply") {
      const payload = Array.from(button.label).slice(0, maxPayloadLength).join("");
      return [component("quick_reply", index, { type: "payload", payload })];
    }
    const suffix = content.urlSuffixes?.[index] ?? null;
    return suffix === null ? [] : [component("url", index, { type: "text", text: suffix })];
  });
}

function component(subType: string, index: number, parameter: object): object {
  return { type: "button", sub_type: subType, index: String(index), parameters: [parameter] };
}
