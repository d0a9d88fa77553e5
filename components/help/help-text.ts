import type { MessageTree } from "@/i18n/load-messages";

/** In the order of the index page. The catalogue `help` has a text for each in every language. */
export const HELP_TOPICS = [
  "fallback",
  "sms-loses",
  "segments",
  "channel-down",
  "estimate",
  "unknown-outcome",
  "contact-files",
] as const;
export type HelpTopic = (typeof HELP_TOPICS)[number];

export type HelpSection = {
  readonly key: string;
  readonly heading: string;
  readonly paragraphs: readonly string[];
  readonly items: readonly string[];
};
export type HelpText = { readonly title: string; readonly summary: string; readonly sections: readonly HelpSection[] };

/**
 * Reads a topic out of the catalogue: `title`, `summary`, and sections in the order of the file, each with `h` (heading), `p1`,
 * `p2` … (paragraphs) and `l1`, `l2` … (list items).
 */
export function readHelpText(help: MessageTree, topic: HelpTopic): HelpText {
  const tree = subtree(subtree(help, "topics"), topic);
  const sections = Object.entries(tree).flatMap(([key, value]) =>
    typeof value === "string"
      ? []
      : [{ key, heading: text(value, "h"), paragraphs: numbered(value, "p"), items: numbered(value, "l") }],
  );
  return { title: text(tree, "title"), summary: text(tree, "summary"), sections };
}

function subtree(tree: MessageTree, key: string): MessageTree {
  const found = tree[key];
  if (found === undefined || typeof found === "string") throw new Error(`The help catalogue has no ${key}.`);
  return found;
}

function text(tree: MessageTree, key: string): string {
  const found = tree[key];
  if (typeof found !== "string") throw new Error(`The help catalogue has no text ${key}.`);
  return unquote(found);
}

function numbered(tree: MessageTree, letter: string): readonly string[] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === "string" && key.startsWith(letter) && /^\d+$/.test(key.slice(1)) ? [unquote(value)] : [],
  );
}

/** The texts are ICU messages without placeholders, where a brace is written '{'. */
function unquote(message: string): string {
  return message.replace(/'([{}])'/g, "$1");
}
