/**
 * What a person wants who answers with one of these words.
 *
 * - `stop`      no more advertising, on any channel
 * - `stop_all`  nor order updates; only the codes that they ask for themselves
 * - `start`     to be written to again: a wish, which a person of the desk grants with a reason
 */
export type ConsentWish = "stop" | "stop_all" | "start";

const STOP_WORDS = [
  ...["stop", "unsubscribe", "unsub", "cancel", "end", "quit", "revoke", "opt out"],
  ...["стоп", "отписаться", "отписка", "отпишите", "отписать", "отказ", "отказаться", "прекратить"],
  ...["կանգ", "կանգնել", "կանգնեցնել", "դադար", "դադարել", "դադարեցնել", "դադարեցրեք", "ստոպ"],
  ...["հրաժարում", "հրաժարվել", "հրաժարվում եմ", "otpiska", "dadar"],
];
const STOP_ALL_WORDS = [
  ...["stop all", "cancel all", "end all", "unsubscribe all", "quit all"],
  ...["стоп все", "отписаться от всего", "կանգ ամեն ինչ", "դադարեցնել ամեն ինչ", "դադարեցնել բոլորը"],
];
const START_WORDS = [
  ...["start", "unstop", "subscribe", "resubscribe", "resume", "opt in"],
  ...["старт", "подписаться", "возобновить", "սկսել", "սկսիր", "սկսեք", "ստարտ", "վերսկսել", "բաժանորդագրվել"],
];
const POLITE_WORDS = new Set(["please", "pls", "пожалуйста", "խնդրում", "խնդրեմ"].map(toKey));

const WISHES: ReadonlyMap<string, ConsentWish> = new Map([
  ...STOP_WORDS.map((word) => [toKey(word), "stop"] as const),
  ...STOP_ALL_WORDS.map((word) => [toKey(word), "stop_all"] as const),
  ...START_WORDS.map((word) => [toKey(word), "start"] as const),
]);

/** Longer than any of these words with a sender's name and all the marks one may put around them. */
const MAX_LENGTH = 160;

/**
 * Reads an answer as one of these words, or as none. The answer must be the word and nothing else: "please stop calling it that" and
 * "cancel order 4711" are for people to read. Allowed around it are what changes no meaning (case, accents, punctuation, blanks,
 * characters that do not show, full-width forms, «և» in any writing, "please", the word said twice) and, at its start or its end, the
 * name of the sender ("STOP ARARAT"), as shared numbers ask for it. Digits are letters here: they name what is to be cancelled.
 *
 * @param senders names that the account goes by
 */
export function readConsentWish(text: string, senders: readonly string[] = []): ConsentWish | null {
  if (text.length > MAX_LENGTH) return null;
  const words = wordsOf(text).filter((word) => !POLITE_WORDS.has(word));
  const whole = words.join("");
  const said = WISHES.get(whole) ?? saidOverAndOver(words);
  if (said !== null) return said;
  for (const sender of senders.map(toKey)) {
    if (sender === "") continue;
    if (whole.endsWith(sender)) {
      const before = WISHES.get(whole.slice(0, -sender.length));
      if (before !== undefined) return before;
    }
    if (whole.startsWith(sender)) {
      const after = WISHES.get(whole.slice(sender.length));
      if (after !== undefined) return after;
    }
  }
  return null;
}

/** Whether it could be such a word with a sender's name, so that the names are worth looking up. */
export function mayNameSender(text: string): boolean {
  if (text.length > MAX_LENGTH) return false;
  const words = wordsOf(text);
  return words.length > 1 && [words[0], words.at(-1)].some((word) => WISHES.has(word ?? ""));
}

/** "STOP" in any form, or STOP ALL. */
export function isStopWord(text: string): boolean {
  const wish = readConsentWish(text);
  return wish === "stop" || wish === "stop_all";
}

function saidOverAndOver(words: readonly string[]): ConsentWish | null {
  const wishes = new Set(words.map((word) => WISHES.get(word) ?? null));
  const [only] = wishes;
  return wishes.size === 1 && only !== undefined ? only : null;
}

function toKey(text: string): string {
  return wordsOf(text).join("");
}

/** Armenian puts its marks of emphasis inside the word: they end none. «և» decomposes into ե and ւ, where the reformed spelling has վ. */
function wordsOf(text: string): readonly string[] {
  const plain = text
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[\p{M}\p{Cf}\u0559-\u055f]/gu, "")
    .replaceAll("եւ", "եվ");
  return plain.match(/[\p{L}\p{N}]+/gu) ?? [];
}
