import type { SendRequest } from "@/lib/carriers/connector";

export type ViberContent = Extract<SendRequest["content"], { channel: "viber" }>;

/** One-way message types of Viber Business Messages; 1xx are the same in two-way services. */
const messageTypes = {
  text: { transactional: 206, promotional: 225 },
  image: 207,
  imageTextButton: 208,
  textButton: 209,
} as const;

/** Limits of the protocol (spec 11.3). */
const minTtlSeconds = 30;
const maxTtlSeconds = 1_209_600;
const maxCaptionLength = 30;

/**
 * The body of `POST /vibersrvc/1/send_message`.
 *
 * There is no type for an image with text and no button: the text is what must arrive, so the image stays out.
 *
 * @param seq the sender's own running number; Viber echoes it in the answer
 */
export function buildViberMessage(
  request: SendRequest,
  content: ViberContent,
  serviceId: number,
  seq: number,
): Record<string, unknown> {
  const promotional = request.category === "marketing";
  const { type, message } = shape(content, promotional);
  return {
    service_id: serviceId,
    dest: request.to.replace(/^\+/, ""),
    seq,
    type,
    label: promotional ? "promotion" : "transaction",
    ttl: Math.min(maxTtlSeconds, Math.max(minTtlSeconds, Math.round(content.ttlSeconds))),
    message: { ...message, "#tracking_data": request.reference },
  };
}

function shape(content: ViberContent, promotional: boolean): { type: number; message: Record<string, string> } {
  const { text, imageUrl, button } = content;
  if (button !== null) {
    const caption = Array.from(button.label).slice(0, maxCaptionLength).join("");
    const message = { "#txt": text, "#caption": caption, "#action": button.url };
    if (imageUrl === null) return { type: messageTypes.textButton, message };
    return { type: messageTypes.imageTextButton, message: { ...message, "#img": imageUrl } };
  }
  if (imageUrl !== null && text === "") return { type: messageTypes.image, message: { "#img": imageUrl } };
  const type = promotional ? messageTypes.text.promotional : messageTypes.text.transactional;
  return { type, message: { "#txt": text } };
}
