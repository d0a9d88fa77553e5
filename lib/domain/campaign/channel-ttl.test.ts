import { expect, it } from "vitest";
import { channelTtlS } from "./channel-ttl";

it("is the template's own time to live on WhatsApp, else that of its category, and never longer than our wait elsewhere", () => {
  expect(channelTtlS("whatsapp", "authentication")).toBe(600);
  expect(channelTtlS("whatsapp", "utility")).toBe(2_592_000);
  expect(channelTtlS("whatsapp", "utility", 60)).toBe(60);
  expect(channelTtlS("viber", "marketing", 60)).toBeNull();
  expect(channelTtlS("sms", "marketing", 60)).toBeNull();
});
