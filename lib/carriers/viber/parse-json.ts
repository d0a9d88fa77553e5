/**
 * Message tokens are 64-bit numbers, sent as JSON numbers: `JSON.parse` would round them, and two messages
 * could come to share an id. Quoting them first keeps every digit. Inside a JSON text the quote before the
 * colon would be escaped, so hostile text cannot match.
 */
export function parseViberJson(body: string): unknown {
  try {
    return JSON.parse(body.replace(/("message_token"\s*:\s*)(\d{1,20})(?=\s*[,}\]])/g, '$1"$2"'));
  } catch {
    return null;
  }
}
