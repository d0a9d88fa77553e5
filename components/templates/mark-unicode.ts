import { isGsm7Char } from "@/lib/domain/sms/gsm7";

export type TextRun = { readonly text: string; readonly forcesUnicode: boolean };

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/**
 * The text cut into runs, so that the characters which force Unicode can be marked. Blanks between two
 * such characters belong to their run: a sentence in Armenian is one mark, not ten. Joined, the runs
 * are the text.
 */
export function markUnicode(text: string): readonly TextRun[] {
  const runs: { text: string; forcesUnicode: boolean }[] = [];
  let blanks = "";
  const append = (piece: string, forcesUnicode: boolean) => {
    const last = runs.at(-1);
    if (last?.forcesUnicode === forcesUnicode) last.text += piece;
    else runs.push({ text: piece, forcesUnicode });
  };
  for (const { segment } of graphemes.segment(text)) {
    const isBlank = segment === " ";
    const last = runs.at(-1);
    if (isBlank && last?.forcesUnicode) {
      blanks += segment;
      continue;
    }
    const forces = ![...segment].every((char) => isGsm7Char(char));
    if (blanks !== "") {
      append(blanks, forces);
      blanks = "";
    }
    append(segment, forces);
  }
  if (blanks !== "") append(blanks, false);
  return runs;
}
