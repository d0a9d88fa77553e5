import type { TemplateContent } from "../template-content";
import type { Category, Channel, RouteKey } from "../vocabulary";

/** Text alone, the same on every channel. */
export function plainContent(body: string, language: string, category: Category): TemplateContent {
  return {
    ...{ language, category, body },
    whatsapp: { imageUrl: null, footer: null, buttons: [], templateName: "" },
    viber: { imageUrl: null, button: null },
    sms: { text: null, keepLink: false },
  };
}

/** The route that begins with the channel: with fallback off nothing follows on another. */
export const ROUTE_BY_FIRST_CHANNEL = {
  whatsapp: "whatsapp-sms",
  viber: "viber-sms",
  sms: "sms",
} as const satisfies Record<Channel, RouteKey>;
