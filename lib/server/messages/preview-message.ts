import { measureSms } from "@/lib/domain/sms/segments";
import { renderForChannel } from "@/lib/domain/template/render";
import type { TemplateContent } from "@/lib/domain/template-content";
import type { MessageFacts } from "@/lib/domain/timeline/message-facts";
import { ROUTES, type Channel } from "@/lib/domain/vocabulary";
import type { MessagePreview } from "@/lib/schemas/messages";

type Values = Readonly<Record<string, string>>;

/**
 * The message as each channel showed it, from the immutable template version and the values it was sent with. A verification
 * code stays covered: whoever may read the history must not be able to sign in as the recipient.
 */
export function previewMessage(
  content: TemplateContent,
  values: Values,
  facts: MessageFacts,
): readonly MessagePreview[] {
  const used = [...new Set(facts.attempts.map((attempt) => attempt.channel))];
  const channels: readonly Channel[] = used.length > 0 ? used : ROUTES[facts.route].slice(0, 1);
  return channels.map((channel) => previewOn(channel, content, values, facts));
}

function previewOn(channel: Channel, content: TemplateContent, values: Values, facts: MessageFacts): MessagePreview {
  const options = { ttlSeconds: facts.waitS, validitySeconds: null };
  const whole = renderForChannel(content, channel, values, options).text;
  const text = facts.category === "authentication" ? coverValues(whole, values) : whole;
  const { whatsapp, viber } = content;
  switch (channel) {
    case "whatsapp":
      return {
        channel,
        text,
        footer: whatsapp.footer,
        imageUrl: whatsapp.imageUrl,
        buttons: whatsapp.buttons,
        sms: null,
      };
    case "viber":
      return {
        channel,
        text,
        footer: null,
        imageUrl: viber.imageUrl,
        buttons: viber.button === null ? [] : [viber.button],
        sms: null,
      };
    case "sms":
      return { channel, text, footer: null, imageUrl: null, buttons: [], sms: measure(whole, content) };
  }
}

/** Counted before anything is covered: what stands there is what was billed. */
function measure(text: string, content: TemplateContent): NonNullable<MessagePreview["sms"]> {
  const { encoding, parts } = measureSms(text);
  const { whatsapp, viber } = content;
  return {
    encoding,
    parts: parts.map((part) => measureSms(part).units),
    lost: {
      image: whatsapp.imageUrl !== null || viber.imageUrl !== null,
      buttons: whatsapp.buttons.length > 0 || viber.button !== null,
    },
  };
}

function coverValues(text: string, values: Values): string {
  const shown = Object.values(values)
    .map((value) => value.trim())
    .filter((value) => value.length >= 3)
    .sort((a, b) => b.length - a.length);
  const covered = shown.reduce((rest, value) => rest.replaceAll(value, "•".repeat(Math.min(value.length, 12))), text);
  // A message without a template has its code in the text itself.
  return covered.replace(/\d{4,}/g, (digits) => "•".repeat(Math.min(digits.length, 12)));
}
