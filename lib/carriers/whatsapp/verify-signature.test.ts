import { createHmac } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { verifyWhatsAppSignature } from "./verify-signature";

const sign = (body: Uint8Array, secret: string): string =>
  `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;

test("the true signature over the very bytes is taken, in either case of hex", () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.string({ minLength: 1 }), (body, secret) => {
      const header = sign(body, secret);
      expect(verifyWhatsAppSignature(body, header, secret)).toBe(true);
      expect(verifyWhatsAppSignature(body, `sha256=${header.slice(7).toUpperCase()}`, secret)).toBe(true);
    }),
  );
});

test("one changed byte, another secret or no secret is not", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1 }), fc.nat(), (body, at) => {
      const changed = Uint8Array.from(body);
      changed[at % body.length] = (changed[at % body.length] ?? 0) ^ 1;
      expect(verifyWhatsAppSignature(changed, sign(body, "secret"), "secret")).toBe(false);
      expect(verifyWhatsAppSignature(body, sign(body, "other"), "secret")).toBe(false);
    }),
  );
  expect(verifyWhatsAppSignature(Buffer.from("x"), `sha256=${"0".repeat(64)}`, "")).toBe(false);
});

test("malformed headers are false, not errors", () => {
  const body = Buffer.from("{}");
  const hex = sign(body, "secret").slice(7);
  for (const header of [
    null,
    undefined,
    "",
    "sha256=",
    hex,
    `sha1=${hex}`,
    `sha256=${hex}0`,
    `sha256=${hex}`.slice(1),
  ]) {
    expect(verifyWhatsAppSignature(body, header, "secret")).toBe(false);
  }
  fc.assert(
    fc.property(fc.string(), (header) => {
      expect(verifyWhatsAppSignature(body, `sha256=${header}`, "s")).toBe(false);
    }),
  );
});
