/**
 * Viber's ids of people, a bot's own for each. The sandbox writes the number into them, so that it need not remember anybody, and in a way
 * that looks like Viber's (24 characters of Base64).
 */
export function userIdOf(e164: string): string {
  return Buffer.from(e164.slice(1).padEnd(18, " ")).toString("base64");
}

/** Null: no id of this sandbox's. */
export function numberOf(userId: string): string | null {
  const number = Buffer.from(userId, "base64").toString("latin1").trimEnd();
  return /^[1-9]\d{6,14}$/.test(number) && userIdOf(`+${number}`) === userId ? `+${number}` : null;
}
