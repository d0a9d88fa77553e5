import type { SendRequest } from "@/lib/carriers/connector";

type ViberContent = Extract<SendRequest["content"], { channel: "viber" }>;

export type BotSender = { readonly senderName: string; readonly avatarUrl: string | null };

/** Limits of the bot API: a picture's description is shorter than a text. */
const maxDescription = 768;
const maxLabel = 250;
/** Oldest clients that know keyboards with links, and that can share their number. */
const apiVersion = { plain: 1, sharePhone: 3 } as const;

/** What comes back with a person's answer to {@link buildWelcome}: a contact sent without it is somebody else's card. */
export const SHARE_PHONE_TRACKING = "kamurj:share-phone";

/**
 * The body of `POST /pa/send_message`.
 *
 * A button is a keyboard with one link: it goes with text and picture alike, where rich media cuts a text after 250 characters. A picture
 * whose text is longer than a description may be stays out, because the text is what must arrive. The API has no time to live.
 *
 * @param userId Viber's id of a subscriber
 */
export function buildBotMessage(
  request: SendRequest,
  content: ViberContent,
  sender: BotSender,
  userId: string,
): Record<string, unknown> {
  const { text, imageUrl, button } = content;
  const isPicture = imageUrl !== null && Array.from(text).length <= maxDescription;
  return {
    receiver: userId,
    min_api_version: apiVersion.plain,
    sender: senderOf(sender),
    tracking_data: request.reference,
    ...(isPicture ? { type: "picture", text, media: imageUrl } : { type: "text", text }),
    ...(button === null ? {} : { keyboard: keyboard({ type: "open-url", body: button.url, label: button.label }) }),
  };
}

/** The answer to `conversation_started`: a greeting with a button by which the person shares the number. */
export function buildWelcome(sender: BotSender, text: string, shareLabel: string): Record<string, unknown> {
  return {
    min_api_version: apiVersion.sharePhone,
    sender: senderOf(sender),
    tracking_data: SHARE_PHONE_TRACKING,
    type: "text",
    text,
    keyboard: keyboard({ type: "share-phone", body: "share", label: shareLabel }),
  };
}

function senderOf({ senderName, avatarUrl }: BotSender): Record<string, string> {
  return { name: senderName, ...(avatarUrl === null ? {} : { avatar: avatarUrl }) };
}

type Key = { readonly type: "open-url" | "share-phone"; readonly body: string; readonly label: string };

function keyboard({ type, body, label }: Key): Record<string, unknown> {
  const Text = Array.from(label).slice(0, maxLabel).join("");
  return {
    Type: "keyboard",
    DefaultHeight: false,
    Buttons: [{ Columns: 6, Rows: 1, ActionType: type, ActionBody: body, Text, TextSize: "regular" }],
  };
}
