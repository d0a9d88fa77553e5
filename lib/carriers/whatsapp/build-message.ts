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
  if (content.freeText !== null) {
    return { ...envelope, type: "text", text: { preview_url: false, body: content.freeText } };
  }
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

function header(content: WhatsAppContent): object[] {
  if (content.imageUrl === null) return [];
  return [{ type: "header", parameters: [{ type: "image", image: { link: content.imageUrl } }] }];
}

/** Named templates take `parameter_name`; positional ones ({{1}}, {{2}}) must not have it. */
function body(content: WhatsAppContent): object[] {
  if (content.bodyParameters.length === 0) return [];
  const parameters = content.bodyParameters.map(({ name, value }) =>
    /^\d*$/.test(name) ? { type: "text", text: value } : { type: "text", parameter_name: name, text: value },
  );
  return [{ type: "body", parameters }];
}

/**
 * A link fixed in the approved template takes no parameter (Meta refuses one); only a link with a variable end
 * does. Quick replies carry their label as payload, so that the answer says what was tapped.
 */
function buttons(content: WhatsAppContent): object[] {
  return content.buttons.flatMap((button, index) => {
    if (button.kind === "reply") {
      const payload = button.label.slice(0, maxPayloadLength);
      return [component("quick_reply", index, { type: "payload", payload })];
    }
    const suffix = content.urlSuffixes?.[index] ?? null;
    return suffix === null ? [] : [component("url", index, { type: "text", text: suffix })];
  });
}

function component(subType: string, index: number, parameter: object): object {
  return { type: "button", sub_type: subType, index: String(index), parameters: [parameter] };
}
