import { createHmac, timingSafeEqual } from "node:crypto";

/**
 * Checks `X-Twilio-Signature`: base64 of HMAC-SHA1, with the account's auth token, over the address that was called followed by the
 * form's fields in the order of their names, each name with its value (Twilio, "Validating requests"). In constant time.
 *
 * @param url as it was given to the provider, query included; what a proxy made of it does not count
 */
export function verifyHttpSmsSignature(
  url: string,
  form: URLSearchParams,
  header: string | null | undefined,
  authToken: string,
): boolean {
  if (typeof header !== "string" || authToken === "" || !/^[A-Za-z0-9+/]{27}=$/.test(header)) return false;
  const expected = createHmac("sha1", authToken)
    .update(url + signedFields(form), "utf8")
    .digest();
  const given = Buffer.from(header, "base64");
  // More than one text decodes to the same octets: only the one that the provider writes is taken.
  return given.toString("base64") === header && timingSafeEqual(expected, given);
}

/** A name that occurs more than once has its distinct values in order. */
export function signedFields(form: URLSearchParams): string {
  return [...new Set(form.keys())]
    .sort()
    .map((name) =>
      [...new Set(form.getAll(name))]
        .sort()
        .map((value) => name + value)
        .join(""),
    )
    .join("");
}
