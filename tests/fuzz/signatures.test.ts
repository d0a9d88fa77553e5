import { createHash, createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { verifyHttpSmsSignature } from "@/lib/carriers/http-sms/verify-signature";
import { verifyViberSignature } from "@/lib/carriers/viber/verify-signature";
import { verifyWhatsAppSignature } from "@/lib/carriers/whatsapp/verify-signature";

/** mulberry32: the same mutations in every run, so that a failure can be looked at again. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (((mixed ^ (mixed >>> 14)) >>> 0) % 0x1_0000_0000) % below;
  };
}

type Random = (below: number) => number;
type Signed = { readonly body: Buffer; readonly header: string | null | undefined; readonly secret: string };

type Scheme = {
  readonly verify: (signed: Signed) => boolean;
  readonly sign: (body: Buffer, secret: string) => string;
  readonly prefixes: readonly string[];
  /** Whether capitals in the digest say the same: they do in hex. */
  readonly ignoresCase: boolean;
};

const hmac = (algorithm: string, body: Buffer, secret: string) => createHmac(algorithm, secret).update(body);
const url = "https://desk.example/api/webhooks/sms/token?r=1";
const form = (body: Buffer): URLSearchParams => new URLSearchParams([["Body", body.toString("latin1")]]);

const schemes: Readonly<Record<string, Scheme>> = {
  whatsapp: {
    verify: ({ body, header, secret }) => verifyWhatsAppSignature(body, header, secret),
    sign: (body, secret) => `sha256=${hmac("sha256", body, secret).digest("hex")}`,
    prefixes: ["", "sha1=", "sha512=", "SHA256=", "sha256:", "sha256 =", "sha256==", "sha256=sha256=", "hmac-"],
    ignoresCase: true,
  },
  viber: {
    verify: ({ body, header, secret }) => verifyViberSignature(body, header, secret),
    sign: (body, secret) => hmac("sha256", body, secret).digest("hex"),
    prefixes: ["sha256=", "0x", "=", "00", "\u0000", "-"],
    ignoresCase: true,
  },
  "http sms": {
    verify: ({ body, header, secret }) => verifyHttpSmsSignature(url, form(body), header, secret),
    sign: (body, secret) =>
      createHmac("sha1", secret)
        .update(`${url}Body${body.toString("latin1")}`)
        .digest("base64"),
    prefixes: ["sha1=", "=", "A", "AAAA", " "],
    ignoresCase: false,
  },
};

const strange = ["\u200b", "а", "０", "é", "\u0000", " ", ",", "\n", "Ａ", "\ufeff", "🦊"];

function put<T>(list: readonly T[], at: number, remove: number, ...items: T[]): T[] {
  return [...list.slice(0, at), ...items, ...list.slice(at + remove)];
}

/** Flips a bit; another one where it would only change the case of a hex digit. */
function flipText(text: string, random: Random, ignoresCase: boolean): string {
  for (;;) {
    const at = random(text.length);
    const flipped = String.fromCharCode(text.charCodeAt(at) ^ (1 << random(7)));
    const changed = put([...text], at, 1, flipped).join("");
    if (!ignoresCase || changed.slice(-64).toLowerCase() !== text.slice(-64).toLowerCase()) return changed;
  }
}

function otherSecret(secret: string, random: Random): string {
  const at = random(secret.length);
  const kinds = [
    () => put([...secret], at, 1, String.fromCharCode(secret.charCodeAt(at) ^ (1 << random(6)))).join(""),
    () => secret.slice(0, at),
    () => `${secret}x`,
    () => ` ${secret}`,
  ];
  return kinds[random(kinds.length)]?.() ?? "";
}

function otherBody(body: Buffer, random: Random): Buffer {
  const at = random(body.length);
  const bytes = [...body];
  const kinds = [
    () => put(bytes, at, 1, (bytes[at] ?? 0) ^ (1 << random(8))),
    () => bytes.slice(0, at),
    () => [...bytes, random(256)],
    () => [random(256), ...bytes],
  ];
  return Buffer.from(kinds[random(kinds.length)]?.() ?? []);
}

/** What an attacker, a bug or a proxy makes of a signed request. None of it is signed any more. */
const mutations: readonly ((signed: Signed & { header: string }, scheme: Scheme, random: Random) => Signed)[] = [
  (signed, { ignoresCase }, random) => ({ ...signed, header: flipText(signed.header, random, ignoresCase) }),
  (signed, _scheme, random) => ({ ...signed, header: signed.header.slice(0, random(signed.header.length)) }),
  (signed, _scheme, random) => ({ ...signed, header: signed.header.slice(1 + random(signed.header.length)) }),
  (signed, _scheme, random) => ({
    ...signed,
    header: signed.header + ["0", "00", "=", "AAAA", ";", "\u0000"][random(6)],
  }),
  (signed, { prefixes }, random) => {
    const digest = signed.header.replace(/^sha256=/, "");
    return { ...signed, header: `${prefixes[random(prefixes.length)] ?? ""}${digest}` };
  },
  (signed, { sign }, random) => ({ ...signed, header: sign(signed.body, otherSecret(signed.secret, random)) }),
  (signed, _scheme, random) => ({ ...signed, body: otherBody(signed.body, random) }),
  (signed, { sign }, random) => ({ ...signed, header: sign(otherBody(signed.body, random), signed.secret) }),
  (signed, _scheme, random) => ({
    ...signed,
    header: [signed.header, signed.header].join([", ", ",", " ", ""][random(4)]),
  }),
  (signed, _scheme, random) => {
    const at = 1 + random(signed.header.length - 2);
    const piece = strange[random(strange.length)] ?? "";
    return { ...signed, header: put([...signed.header], at, random(2), piece).join("") };
  },
  ({ body, secret }, _scheme, random) => {
    const algorithm = ["md5", "sha384", "sha512"][random(3)] ?? "md5";
    const encoding = (["hex", "base64", "base64url"] as const)[random(3)] ?? "hex";
    return { body, secret, header: hmac(algorithm, body, secret).digest(encoding) };
  },
  ({ body, secret }) => ({ body, secret, header: createHash("sha256").update(secret).update(body).digest("hex") }),
  ({ body, secret }, _scheme, random) => ({
    body,
    secret,
    header: [null, undefined, "", " ", "sha256=", "0".repeat(64)][random(6)],
  }),
  // No secret is none that an empty one signs for.
  ({ body }, { sign }) => ({ body, secret: "", header: sign(body, "") }),
  (signed, { ignoresCase }) => {
    const { header } = signed;
    return { ...signed, header: ignoresCase ? [...header].reverse().join("") : swapCase(header) };
  },
];

function swapCase(text: string): string {
  return text.replace(/[a-z]/gi, (letter) => (letter < "a" ? letter.toLowerCase() : letter.toUpperCase()));
}

function drawSigned(scheme: Scheme, random: Random): Signed & { header: string } {
  const body = Buffer.from(Array.from({ length: 1 + random(48) }, () => random(256)));
  const secret = Array.from({ length: 16 }, () => String.fromCharCode(33 + random(90))).join("");
  return { body, secret, header: scheme.sign(body, secret) };
}

describe.each([
  ["whatsapp", 400_000],
  ["viber", 400_000],
  ["http sms", 200_000],
] as const)("signatures of %s", (name, tries) => {
  const scheme = schemes[name];
  if (scheme === undefined) throw new Error(name);

  test("what the carrier signs is taken", () => {
    const random = randomFrom(1);
    for (let count = 0; count < 1_000; count += 1) expect(scheme.verify(drawSigned(scheme, random))).toBe(true);
  });

  test(`of ${tries} mutated ones none is`, () => {
    const random = randomFrom(tries);
    let accepted = 0;
    let signed = drawSigned(scheme, random);
    for (let count = 0; count < tries; count += 1) {
      if (count % 50 === 0) signed = drawSigned(scheme, random);
      const mutate = mutations[count % mutations.length];
      const mutated = mutate?.(signed, scheme, random) ?? signed;
      // Not thrown at once: a message for each of them would cost more than the check.
      if (scheme.verify(mutated)) {
        accepted += 1;
        expect.soft({ mutation: count % mutations.length, ...mutated, of: signed }).toBeNull();
        if (accepted > 3) break;
      }
    }
    expect(accepted).toBe(0);
  });
});
