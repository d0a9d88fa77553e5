/**
 * The GSM 7-bit default alphabet and its extension table (3GPP TS 23.038, sections 6.2.1 and 6.2.1.1).
 * No national shift tables: carriers do not take them over SMPP without an agreement.
 */

const ESCAPE = 0x1b;

/** Index = septet. The escape's own place (0x1B) holds a no-break space: no text maps to it. */
const BASIC =
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\u00a0ÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
  "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";

const EXTENSION = [
  [0x0a, "\f"],
  [0x14, "^"],
  [0x28, "{"],
  [0x29, "}"],
  [0x2f, "\\"],
  [0x3c, "["],
  [0x3d, "~"],
  [0x3e, "]"],
  [0x40, "|"],
  [0x65, "€"],
] as const satisfies readonly (readonly [number, string])[];

const EXTENSION_BY_SEPTET: ReadonlyMap<number, string> = new Map(EXTENSION);

/** UTF-16 unit -> septet; 0x80 added for one that follows an escape; 0xFF: not in the alphabet. */
const SEPTET_OF_UNIT = buildSeptetTable();

function buildSeptetTable(): Uint8Array {
  const table = new Uint8Array(0x10000).fill(0xff);
  for (let septet = 0; septet < BASIC.length; septet++) {
    if (septet !== ESCAPE) table[BASIC.charCodeAt(septet)] = septet;
  }
  for (const [septet, char] of EXTENSION) table[char.charCodeAt(0)] = septet | 0x80;
  return table;
}

/**
 * Septets that one UTF-16 unit takes: 1, or 2 for the extension table, or 0 when the alphabet lacks
 * it (every surrogate half does).
 */
export function gsm7Cost(unit: number): 0 | 1 | 2 {
  const septet = SEPTET_OF_UNIT[unit] ?? 0xff;
  if (septet === 0xff) return 0;
  return septet >= 0x80 ? 2 : 1;
}

/** Whether a single character can go in GSM-7, extension table included. */
export function isGsm7Char(char: string): boolean {
  return char.length === 1 && gsm7Cost(char.charCodeAt(0)) > 0;
}

/**
 * One septet in each octet, as SMPP carriers want it with data_coding 0; an extension character is
 * ESC (0x1B) and its septet.
 *
 * @throws RangeError for a character outside the alphabet: measure first, this is a bug of the caller
 */
export function encodeGsm7Unpacked(text: string): Uint8Array {
  const octets: number[] = [];
  for (let i = 0; i < text.length; i++) {
    const septet = SEPTET_OF_UNIT[text.charCodeAt(i)] ?? 0xff;
    if (septet === 0xff) throw new RangeError(`no GSM-7 septet for the character at ${i}`);
    if (septet >= 0x80) octets.push(ESCAPE, septet & 0x7f);
    else octets.push(septet);
  }
  return Uint8Array.from(octets);
}

const CARRIAGE_RETURN = 0x0d;

/**
 * Eight septets in seven octets (TS 23.038, 6.1.2.1), for the carriers that want data_coding 0 packed.
 *
 * @param fillBits bits left free before the first septet, so that the text starts on a septet's border behind a header: 1 behind one of
 *   6 octets, 0 behind one of 7
 * @throws RangeError for a character outside the alphabet
 */
export function encodeGsm7Packed(text: string, fillBits = 0): Uint8Array {
  const septets = [...encodeGsm7Unpacked(text)];
  // Seven bits left over would read as an "@"; a carriage return says that nothing follows (6.1.2.3.1).
  if ((septets.length * 7 + fillBits) % 8 === 1) septets.push(CARRIAGE_RETURN);
  const octets = new Uint8Array(Math.ceil((septets.length * 7 + fillBits) / 8));
  septets.forEach((septet, index) => {
    const at = index * 7 + fillBits;
    const bits = septet << (at % 8);
    const octet = Math.floor(at / 8);
    octets[octet] = (octets[octet] ?? 0) | (bits & 0xff);
    if (bits > 0xff) octets[octet + 1] = (octets[octet + 1] ?? 0) | (bits >> 8);
  });
  return octets;
}

/**
 * Reads what {@link encodeGsm7Unpacked} writes. Never throws, since carriers send anything: an
 * escape with no known follower shows the follower from the basic table and an escape with nothing
 * to show becomes a space (TS 23.038, note 1); an octet above 0x7F becomes U+FFFD.
 */
export function decodeGsm7Unpacked(octets: Uint8Array): string {
  let text = "";
  for (let i = 0; i < octets.length; i++) {
    const octet = octets[i] ?? 0;
    if (octet !== ESCAPE) {
      text += octet > 0x7f ? "\ufffd" : BASIC.charAt(octet);
      continue;
    }
    const next = octets[i + 1];
    if (next === undefined || next === ESCAPE || next > 0x7f) {
      text += " ";
      if (next === ESCAPE) i++;
      continue;
    }
    text += EXTENSION_BY_SEPTET.get(next) ?? BASIC.charAt(next);
    i++;
  }
  return text;
}
