/** ITU-T E.164, country codes in use, the shared ones (800, 870, 881 and their kin) among them. */
const COUNTRY_CODE =
  /^(?:1|7|2(?:0|7|1[12368]|[2-5]\d|6\d|9[01789])|3(?:[0-469]|5\d|7\d|8[0-35-79])|4(?:[013-9]|2[013])|5(?:[1-8]|0\d|9\d)|6(?:[0-6]|7[02-9]|8[0-35-9]|9[0-2])|8(?:[1246]|00|08|5[02356]|7[08]|8[0-368])|9(?:[0-58]|6[0-8]|7[0-79]|9[2-68]))/;

/** E.164 allows 15 digits. */
const MOST_DIGITS = 15;

/**
 * The first digits of numbers, from what a person writes: `+374`, `00374 77`, `374-77`. A country's code at least, so that nobody writes
 * a national prefix, which stands before numbers of other countries too.
 *
 * @returns digits without the plus sign; null: it begins with no country's code, or is no number
 */
export function readNumberPrefix(text: string): string | null {
  const digits = text
    .normalize("NFKC")
    .trim()
    .replace(/[\s().\-–]+/g, "")
    .replace(/^(?:\+|00)/, "");
  if (digits.length > MOST_DIGITS || !/^[0-9]+$/.test(digits)) return null;
  return COUNTRY_CODE.test(digits) ? digits : null;
}
