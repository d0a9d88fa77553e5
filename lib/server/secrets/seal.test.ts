import { createCipheriv, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isSealedWith, seal, unseal } from "./seal";

const key = randomBytes(32);

describe("seal", () => {
  it("gives back what was sealed, for any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.string(), (plain, associated) => {
        expect(unseal(seal(plain, associated, key), associated, key)).toBe(plain);
      }),
    );
  });

  it("does not open for another row or with another key", () => {
    const sealed = seal("token", "account-a/row-1", key);
    expect(() => unseal(sealed, "account-b/row-1", key)).toThrow();
    expect(() => unseal(sealed, "account-a/row-1", randomBytes(32))).toThrow();
  });

  it("does not open once any one byte was changed", () => {
    const sealed = seal("token", "a", key);
    fc.assert(
      fc.property(fc.nat(sealed.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const altered = Uint8Array.from(sealed);
        altered[at] = (altered[at] ?? 0) ^ flip;
        expect(() => unseal(altered, "a", key)).toThrow();
      }),
    );
  });
});

describe("keys that change", () => {
  const former = randomBytes(32);

  it("opens with whichever key of the ring sealed it", () => {
    for (const sealedWith of [key, former]) {
      const sealed = seal("token", "a", sealedWith);
      expect(unseal(sealed, "a", [key, former])).toBe("token");
      expect(isSealedWith(sealed, sealedWith)).toBe(true);
      expect(isSealedWith(sealed, sealedWith === key ? former : key)).toBe(false);
    }
  });

  it("opens what was sealed before secrets said their key, with any key of the ring", () => {
    const nonce = randomBytes(12);
    const cipher = createCipheriv("aes-256-gcm", former, nonce);
    cipher.setAAD(Buffer.from("a"));
    const body = Buffer.concat([cipher.update("token"), cipher.final()]);
    const sealed = Buffer.concat([Buffer.from([1]), nonce, cipher.getAuthTag(), body]);
    expect(unseal(sealed, "a", [key, former])).toBe("token");
    expect(isSealedWith(sealed, former)).toBe(false);
    expect(() => unseal(sealed, "a", key)).toThrow();
  });

  it("reads a key that came after the start from the settings file", () => {
    const folder = mkdtempSync(join(tmpdir(), "kamurj-ring-"));
    const later = randomBytes(32);
    const file = join(folder, "settings.json");
    Object.assign(process.env, {
      DATABASE_URL: "postgresql://unused.example/unused",
      NEXTAUTH_SECRET: "n".repeat(32),
      NEXTAUTH_URL: "https://desk.example",
      KAMURJ_SECRET_KEY: key.toString("hex"),
      KAMURJ_SETTINGS_FILE: file,
    });
    try {
      const sealed = seal("token", "a", later);
      expect(() => unseal(sealed, "a")).toThrow("not known here");
      const kept = { secretKey: later.toString("hex"), retiredSecretKeys: [key.toString("hex")] };
      writeFileSync(file, JSON.stringify(kept));
      expect(unseal(sealed, "a")).toBe("token");
      expect(unseal(seal("mine", "a"), "a")).toBe("mine");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
