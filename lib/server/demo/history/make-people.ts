import { createDraw, type Draw } from "./draw";
import { MOBILE_PREFIXES, NAMES } from "./names";

/** A made-up customer, before any import has brought them in. */
export type Person = {
  readonly e164: string;
  readonly first: string;
  readonly last: string;
  readonly language: "hy" | "ru" | "en";
  readonly city: string;
  readonly card: string | null;
  readonly loan: { readonly amount: string; readonly due: string } | null;
  readonly isPremium: boolean;
};

/** Mostly Armenian, one in six writes Russian, a few live in Georgia; numbers are distinct. */
export function makePeople(seed: string, count: number): readonly Person[] {
  const draw = createDraw(`${seed}:people`);
  const taken = new Set<string>();
  return Array.from({ length: count }, () => makePerson(draw, taken));
}

function makePerson(draw: Draw, taken: Set<string>): Person {
  const kind = draw.weighted({ hy: 76, ru: 9, ruFemale: 9, en: 6 });
  const language = kind === "ruFemale" ? "ru" : kind;
  const names = NAMES[kind];
  return {
    e164: makeNumber(draw, taken, language),
    first: pickOf(draw, names.first),
    last: pickOf(draw, names.last),
    language,
    city: pickOf(draw, names.city),
    card: draw.chance(0.37) ? `${pickOf(draw, CARDS)} ··${draw.whole(1000, 9999)}` : null,
    loan: draw.chance(0.153) ? { amount: amountOf(draw), due: `${draw.whole(25, 28)}-ին` } : null,
    isPremium: language === "en" ? draw.chance(0.3) : draw.chance(0.023),
  };
}

const CARDS = ["Visa Classic", "Visa Gold", "Mastercard", "ArCa", "Ararat Gold"] as const;

function amountOf(draw: Draw): string {
  const thousands = draw.whole(18, 140);
  return `${thousands} ${String(draw.whole(0, 9) * 100).padStart(3, "0")}`;
}

function makeNumber(draw: Draw, taken: Set<string>, language: Person["language"]): string {
  for (;;) {
    const country =
      language === "hy"
        ? "AM"
        : draw.weighted({
            AM: language === "ru" ? 62 : 25,
            RU: language === "ru" ? 38 : 0,
            GE: language === "ru" ? 0 : 75,
          });
    const prefix = pickOf(draw, MOBILE_PREFIXES[country]);
    const digits = country === "RU" ? 7 : 6;
    const own = String(draw.whole(0, 10 ** digits - 1)).padStart(digits, "0");
    const e164 = `+${{ AM: "374", RU: "7", GE: "995" }[country]}${prefix}${own}`;
    if (taken.has(e164)) continue;
    taken.add(e164);
    return e164;
  }
}

function pickOf<T>(draw: Draw, list: readonly T[]): T {
  const found = list[draw.whole(0, list.length - 1)];
  if (found === undefined) throw new Error("There is nothing to pick from.");
  return found;
}
