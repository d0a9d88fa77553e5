/**
 * How a carrier writes the id in its receipts, compared with the id in its submit_sm_resp.
 *
 * - `decimal`  the response has it in hex, the receipt in decimal (the classic of SMPP 3.3's heirs)
 * - `hex`      both have it in hex; case and leading zeros may differ
 * - `auto`     each id is read on its own: with a letter a–f it is hex, with digits only it is decimal. Right for
 *              carriers that write decimal, or opaque ids, in both places. A carrier that answers in hex will now and
 *              then answer digits only, and `auto` cannot see that: set `hex` or `decimal` for such a one.
 */
export type ReceiptIdFormat = "auto" | "hex" | "decimal";

/** SMPP 3.4 allows 64 characters; longer ones are no numbers to us. */
const maxNumericLength = 64;

/**
 * The one form in which an id from a response and the same id from a receipt are equal: the number in decimal
 * without leading zeros. Ids that are no number in their format (a UUID, "SMSC1-00042") are opaque: trimmed and
 * in lower case, nothing else.
 *
 * It holds no state: two processes, or one before and after a restart, always agree.
 */
export function canonicalMessageId(id: string, side: "response" | "receipt", format: ReceiptIdFormat): string {
  const trimmed = id.trim().toLowerCase();
  const base = baseOf(trimmed, side, format);
  if (base === null) return trimmed;
  return BigInt(base === "hex" ? `0x${trimmed}` : trimmed).toString();
}

function baseOf(id: string, side: "response" | "receipt", format: ReceiptIdFormat): "hex" | "decimal" | null {
  if (id.length === 0 || id.length > maxNumericLength || !/^[0-9a-f]+$/.test(id)) return null;
  const hasLetter = /[a-f]/.test(id);
  if (format === "hex") return "hex";
  if (format === "decimal" && side === "response") return "hex";
  return hasLetter ? "hex" : "decimal";
}
