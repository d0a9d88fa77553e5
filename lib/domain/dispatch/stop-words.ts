/** The whole answer is one of these words: "please stop calling it that" is no opt-out. */
const STOP_WORDS: ReadonlySet<string> = new Set([
  ...["stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke"],
  ...["стоп", "отписаться", "отписка"],
  ...["կանգ", "դադար", "ստոպ"],
]);

/** Any case, accents and punctuation: "¡STOP!", "Stóp.", «ԴԱԴԱՐ»։ */
export function isStopWord(text: string): boolean {
  if (text.length > 64) return false;
  const word = text
    .normalize("NFKD")
    .replace(/[^\p{L}]/gu, "")
    .toLowerCase();
  return STOP_WORDS.has(word) || STOP_WORDS.has(word.normalize("NFC"));
}
