import type { TemplateContent } from "../template-content";
import type { Channel } from "../vocabulary";

/**
 * How long after a person's last message WhatsApp takes what is no approved template: text, media, buttons (Meta, "Customer service
 * windows"; error 131047 afterwards). Each message of theirs begins it anew; ours do not.
 */
export const SERVICE_WINDOW_MS = 24 * 60 * 60 * 1_000;

/** Ours, for what WhatsApp would have refused with 131047. */
export const OUTSIDE_WINDOW_CODE = "outside_window";

/** Whether a message asks for the window at all: those with an approved template go out at any time. */
export function isFreeForm(channel: Channel, content: Pick<TemplateContent, "whatsapp">): boolean {
  return channel === "whatsapp" && content.whatsapp.templateName === "";
}

/** @param lastInboundMs null: they have never written to this number of ours */
export function isWindowOpen(lastInboundMs: number | null, nowMs: number): boolean {
  return lastInboundMs !== null && nowMs - lastInboundMs < SERVICE_WINDOW_MS;
}
