const PLAIN = /^[\n\r\x20-\x5a_\x61-\x7a]*$/;

/**
 * How many submits an SMS may come to, without encoding it: for the rate only, where one too many does no harm. Texts beyond plain
 * letters are taken for UCS-2.
 */
export function atMostParts(text: string): number {
  if (text.length <= 70) return 1;
  const [single, concatenated] = PLAIN.test(text) ? [160, 152] : [70, 66];
  return text.length <= single ? 1 : Math.ceil(text.length / concatenated);
}
