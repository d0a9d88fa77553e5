import { createHmac, timingSafeEqual } from "node:crypto";
import { beforeEach, expect, test, vi } from "vitest";
import { verifyHttpSmsSignature } from "@/lib/carriers/http-sms/verify-signature";
import { verifyViberSignature } from "@/lib/carriers/viber/verify-signature";
import { verifyWhatsAppSignature } from "@/lib/carriers/whatsapp/verify-signature";

vi.mock("node:crypto", async (importOriginal) => {
  const original = await importOriginal<typeof import("node:crypto")>();
  return { ...original, timingSafeEqual: vi.fn(original.timingSafeEqual) };
});

const body = Buffer.from("{}");
const url = "https://desk.example/";
const hex = createHmac("sha256", "secret").update(body).digest("hex");
const base64 = createHmac("sha1", "secret").update(url).digest("base64");
/** Wrong in the last digit, and in the first: the two that a plain comparison tells apart by time. */
const wrongHex = [
  `${hex.slice(0, 63)}${hex.endsWith("0") ? "1" : "0"}`,
  `${hex.startsWith("0") ? "1" : "0"}${hex.slice(1)}`,
];
const wrongBase64 = [`${base64.startsWith("A") ? "B" : "A"}${base64.slice(1)}`];

beforeEach(() => void vi.mocked(timingSafeEqual).mockClear());

test.each([
  ...wrongHex.map(
    (wrong) => ["whatsapp", () => verifyWhatsAppSignature(body, `sha256=${wrong}`, "secret"), 32] as const,
  ),
  ...wrongHex.map((wrong) => ["viber", () => verifyViberSignature(body, wrong, "secret"), 32] as const),
  ...wrongBase64.map(
    (wrong) => ["http sms", () => verifyHttpSmsSignature(url, new URLSearchParams(), wrong, "secret"), 20] as const,
  ),
])("a signature of %s is compared over its whole length, wherever it differs", (_name, verify, octets) => {
  expect(verify()).toBe(false);
  const calls = vi.mocked(timingSafeEqual).mock.calls;
  expect(calls.map((pair) => pair.map((side) => side.byteLength))).toEqual([[octets, octets]]);
});
