const ARMENIAN =
  "ա:a բ:b գ:g դ:d ե:e զ:z է:e ը:y թ:t ժ:zh ի:i լ:l խ:kh ծ:ts կ:k հ:h ձ:dz ղ:gh ճ:ch մ:m յ:y ն:n շ:sh ո:o չ:ch պ:p ջ:j ռ:r ս:s վ:v տ:t ր:r ց:ts ւ:v փ:p ք:q և:ev օ:o ֆ:f";
const CYRILLIC =
  "а:a б:b в:v г:g д:d е:e ё:e ж:zh з:z и:i й:y к:k л:l м:m н:n о:o п:p р:r с:s т:t у:u ф:f х:kh ц:ts ч:ch ш:sh щ:sch ъ: ы:y ь: э:e ю:yu я:ya";

const LATIN: ReadonlyMap<string, string> = new Map(
  `${ARMENIAN} ${CYRILLIC}`.split(" ").map((pair) => {
    const [letter = "", latin = ""] = pair.split(":");
    return [letter, latin];
  }),
);

/**
 * A name that WhatsApp accepts for a template (a–z, 0–9, _) out of the name that people gave it:
 * «Նոյեմբերյան առաջարկ» becomes "noyemberyan_arajark". Only a suggestion: what counts is the name under
 * which the template was approved. Empty when nothing of the name can be written so.
 */
export function suggestWhatsAppName(name: string): string {
  return [...name.toLowerCase().replaceAll("ու", "u").normalize("NFD").replace(/\p{M}/gu, "").normalize("NFC")]
    .map((char) => LATIN.get(char) ?? char)
    .join("")
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "")
    .slice(0, 60);
}
