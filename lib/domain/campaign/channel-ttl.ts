import type { Category, Channel } from "../vocabulary";

/**
 * How long a channel goes on trying to deliver after we have stopped waiting, in seconds, unless the template was made with
 * another time to live (wire-facts, WhatsApp "Time to live"). A wait shorter than it can reach a person twice.
 *
 * Viber takes the time to live with each message and we set it to the wait, so there it is never longer: null. SMS comes last.
 */
export function channelTtlS(channel: Channel, category: Category, templateTtlS: number | null = null): number | null {
  if (channel !== "whatsapp") return null;
  if (templateTtlS !== null) return templateTtlS;
  return category === "authentication" ? 10 * 60 : 30 * 86_400;
}
