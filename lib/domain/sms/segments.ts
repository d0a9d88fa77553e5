import { gsm7Cost } from "./gsm7";

/**
 * How one text travels by SMS. `units` are septets in GSM-7 and UTF-16 units in UCS-2, the quantity
 * that carriers limit; `characters` are Unicode code points, the quantity that people count.
 */
export type SegmentInfo = {
  encoding: "gsm7" | "ucs2";
  units: number;
  characters: number;
  /** Parts sent, each billed as one message. 0 for an empty text. */
  segments: number;
  /** What one part holds: 160 or 70 alone, 153 or 67 when joined. */
  unitsPerSegment: number;
  /** What still fits into the last part; adding more opens another one (or changes the encoding). */
  unitsLeft: number;
  /** Distinct characters, as a person sees them, that force Unicode, in order of appearance. */
  unicodeCharacters: readonly string[];
  /** Text of each part; joined they are the whole text. */
  parts: readonly string[];
};

/**
 * A concatenation header has one octet for the number of parts (TS 23.040, 9.2.3.24.1). A longer
 * text still measures, but cannot be sent.
 */
export const MAX_SMS_PARTS = 255;

export type MeasureOptions = {
  /**
   * The octets of the header that joins parts: 6 with an 8-bit reference, 7 with a 16-bit one. 134 of 140 octets are 153 septets or
   * 67 UTF-16 units, 133 are 152 or 66. Default 6.
   */
  readonly headerOctets?: 6 | 7;
  /** The carrier's line takes Unicode only, whatever the text. Default false. */
  readonly isUnicodeOnly?: boolean;
};

type Limits = { readonly single: number; readonly joined: number };

const LIMITS = {
  6: { gsm7: { single: 160, joined: 153 }, ucs2: { single: 70, joined: 67 } },
  7: { gsm7: { single: 160, joined: 152 }, ucs2: { single: 70, joined: 66 } },
} as const satisfies Record<6 | 7, Record<SegmentInfo["encoding"], Limits>>;

type Encoding = SegmentInfo["encoding"];

/**
 * Units, parts and cost basis of a text (TS 23.038 and TS 23.040).
 *
 * Parts are filled greedily, which gives the fewest. An escape pair (GSM-7) and a surrogate pair
 * (UCS-2) never straddle two parts, so a part may end one unit short.
 */
export function measureSms(text: string, options: MeasureOptions = {}): SegmentInfo {
  const encoding = options.isUnicodeOnly === true ? "ucs2" : encodingOf(text);
  const limits = LIMITS[options.headerOctets ?? 6][encoding];
  const ends = partEnds(text, encoding, limits);
  const parts = ends.map((end, i) => text.slice(i === 0 ? 0 : ends[i - 1], end));
  const { single, joined } = limits;
  const unitsPerSegment = parts.length > 1 ? joined : single;
  return {
    encoding,
    units: unitsOf(text, encoding),
    characters: countCodePoints(text),
    segments: parts.length,
    unitsPerSegment,
    unitsLeft: unitsPerSegment - unitsOf(parts.at(-1) ?? "", encoding),
    unicodeCharacters: encoding === "ucs2" ? listUnicodeCharacters(text) : [],
    parts,
  };
}

/**
 * The parts that go on the wire. The connector sends exactly these, so that what is counted and
 * billed is what is sent.
 */
export function splitSms(text: string): readonly string[] {
  return measureSms(text).parts;
}

/** Same number as `measureSms(text).segments`, several times cheaper: for a whole audience. */
export function countSmsSegments(text: string): number {
  const encoding = encodingOf(text);
  return partEnds(text, encoding, LIMITS[6][encoding]).length;
}

function encodingOf(text: string): Encoding {
  for (let i = 0; i < text.length; i++) {
    if (gsm7Cost(text.charCodeAt(i)) === 0) return "ucs2";
  }
  return "gsm7";
}

function unitsOf(text: string, encoding: Encoding): number {
  if (encoding === "ucs2") return text.length;
  let units = 0;
  for (let i = 0; i < text.length; i++) units += gsm7Cost(text.charCodeAt(i));
  return units;
}

/** Offset behind each part's last UTF-16 unit; none for an empty text. */
function partEnds(text: string, encoding: Encoding, { single, joined }: Limits): number[] {
  if (text === "") return [];
  if (unitsOf(text, encoding) <= single) return [text.length];
  const ends: number[] = [];
  let used = 0;
  for (let i = 0; i < text.length;) {
    const length = encoding === "ucs2" && isSurrogatePair(text, i) ? 2 : 1;
    const cost = encoding === "ucs2" ? length : gsm7Cost(text.charCodeAt(i));
    if (used + cost > joined) {
      ends.push(i);
      used = 0;
    }
    used += cost;
    i += length;
  }
  ends.push(text.length);
  return ends;
}

function isSurrogatePair(text: string, at: number): boolean {
  const high = text.charCodeAt(at);
  if (high < 0xd800 || high > 0xdbff) return false;
  const low = text.charCodeAt(at + 1);
  return low >= 0xdc00 && low <= 0xdfff;
}

function countCodePoints(text: string): number {
  let count = 0;
  for (let i = 0; i < text.length; i++) {
    if (isSurrogatePair(text, i)) i++;
    count++;
  }
  return count;
}

/**
 * Grapheme clusters, because that is what can be pointed at on a screen: an emoji with a skin tone
 * is one thing to a reader. A cluster that only a stray mark makes non-GSM is listed whole.
 */
function listUnicodeCharacters(text: string): readonly string[] {
  const found = new Set<string>();
  for (let from = 0; from < text.length;) {
    const cut = from + MAX_SEGMENTED_UNITS;
    const to = cut < text.length && isSurrogatePair(text, cut - 1) ? cut + 1 : cut;
    for (const { segment } of graphemes.segment(text.slice(from, to))) {
      if (encodingOf(segment) === "ucs2") found.add(segment.slice(0, MAX_GRAPHEME_UNITS));
    }
    from = to;
  }
  return [...found];
}

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/**
 * The segmenter's time grows with the square of its input, so a huge text is given to it in pieces; at
 * their borders, far behind anything a person sends, a cluster may be listed in two halves.
 */
const MAX_SEGMENTED_UNITS = 2000;

/** A cluster may pile up any number of marks; the counter shows the beginning. */
const MAX_GRAPHEME_UNITS = 32;
