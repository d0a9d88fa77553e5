import type { ColumnTarget } from "@/lib/domain/contacts-file/guess-mapping";
import type { StoredDialect } from "@/lib/schemas/audiences-imports";
import { judgeFile, type ImportIssue } from "../../audiences/judge-file";
import { createDraw, uuidOf, type Draw } from "./draw";
import type { HistoryClock } from "./history-clock";
import type { Person } from "./make-people";

/** A row of `contact`, as the imports so far have left it. */
export type DemoContact = {
  readonly id: string;
  readonly e164: string;
  readonly country: string;
  name: string | null;
  language: string | null;
  attributes: Readonly<Record<string, string>>;
  readonly createdAtMs: number;
  updatedAtMs: number;
};

export type DemoImport = {
  readonly id: string;
  readonly fileName: string;
  readonly fileBytes: number;
  readonly dialect: StoredDialect;
  readonly columns: readonly ColumnTarget[];
  readonly atMs: number;
  readonly audience: DemoAudience;
  readonly totalRows: number;
  readonly imported: number;
  readonly updated: number;
  readonly issues: readonly ImportIssue[];
};

export type DemoAudience = {
  readonly key: AudienceKey;
  readonly id: string;
  readonly name: string;
  /** In the order in which campaigns are planned. */
  readonly members: readonly DemoContact[];
};

export type AudienceKey = "all" | "cards" | "loans" | "russian" | "premium";

type FilePlan = {
  readonly key: AudienceKey;
  readonly audience: string;
  readonly fileName: string;
  readonly when: readonly [daysAgo: number, hour: number, minute: number];
  readonly columns: readonly ColumnTarget[];
  readonly belongs: (person: Person) => boolean;
  /** Of a thousand rows. */
  readonly faults: { readonly duplicates: number; readonly refused: number };
};

const BASE: readonly ColumnTarget[] = ["first_name", "last_name", "phone", "language"];

const FILES: readonly FilePlan[] = [
  {
    ...{ key: "all", audience: "Բոլոր հաճախորդները", fileName: "customers.csv", when: [33, 11, 4] },
    columns: [...BASE, "attribute:city"],
    belongs: () => true,
    faults: { duplicates: 9, refused: 14 },
  },
  {
    ...{ key: "cards", audience: "Քարտապաններ", fileName: "cardholders.csv", when: [32, 10, 41] },
    columns: [...BASE, "attribute:card"],
    belongs: (person) => person.card !== null,
    faults: { duplicates: 4, refused: 6 },
  },
  {
    ...{ key: "loans", audience: "Վարկառուներ", fileName: "loans-active.csv", when: [32, 11, 2] },
    columns: [...BASE, "attribute:amount", "attribute:due"],
    belongs: (person) => person.loan !== null,
    faults: { duplicates: 0, refused: 5 },
  },
  {
    ...{ key: "russian", audience: "Русскоязычные клиенты", fileName: "клиенты_ru.csv", when: [20, 15, 27] },
    columns: BASE,
    belongs: (person) => person.language === "ru",
    faults: { duplicates: 3, refused: 3 },
  },
  {
    ...{ key: "premium", audience: "Premium", fileName: "premium.csv", when: [12, 12, 15] },
    columns: BASE,
    belongs: (person) => person.isPremium,
    faults: { duplicates: 0, refused: 0 },
  },
];

const DIALECT: StoredDialect = { encoding: "utf-8", delimiter: ",", hasHeader: true, skippedLines: 0 };

/** The files customers would send, judged by the importer's own rules and merged as it merges them, oldest first. */
export async function makeImports(
  seed: string,
  people: readonly Person[],
  clock: HistoryClock,
): Promise<{ readonly contacts: readonly DemoContact[]; readonly imports: readonly DemoImport[] }> {
  const contacts = new Map<string, DemoContact>();
  const imports: DemoImport[] = [];
  for (const plan of FILES) {
    const atMs = clock.at(...plan.when);
    const text = writeFile(plan, people.filter(plan.belongs), createDraw(`${seed}:file:${plan.key}`));
    const settings = { dialect: DIALECT, columns: plan.columns, defaultCountry: "AM" as const };
    const judged = await judgeFile(text, settings, async () => undefined);
    const before = contacts.size;
    const members = judged.contacts.map((found) => {
      const known = contacts.get(found.e164);
      const contact = known ?? {
        ...{ id: uuidOf(`${seed}:contact:${found.e164}`), e164: found.e164, country: found.country },
        ...{ name: null, language: null, attributes: {}, createdAtMs: atMs, updatedAtMs: atMs },
      };
      contact.name = found.name ?? contact.name;
      contact.language = found.language ?? contact.language;
      contact.attributes = { ...contact.attributes, ...found.attributes };
      contact.updatedAtMs = atMs;
      contacts.set(found.e164, contact);
      return contact;
    });
    const imported = contacts.size - before;
    imports.push({
      ...{ id: uuidOf(`${seed}:import:${plan.key}`), fileName: plan.fileName, dialect: DIALECT, columns: plan.columns },
      ...{ fileBytes: Buffer.byteLength(text), atMs, totalRows: judged.rows, issues: judged.issues },
      ...{ imported, updated: members.length - imported },
      audience: {
        ...{ key: plan.key, id: uuidOf(`${seed}:audience:${plan.key}`), name: plan.audience },
        members: members.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
      },
    });
  }
  return { contacts: [...contacts.values()], imports };
}

function writeFile(plan: FilePlan, people: readonly Person[], draw: Draw): string {
  const lines = people.flatMap((person) => {
    const row = rowOf(plan.columns, person, writeNumber(person.e164, draw));
    const lines = [row];
    if (draw.chance(plan.faults.duplicates / 1_000)) lines.push(row);
    if (draw.chance(plan.faults.refused / 1_000)) lines.push(rowOf(plan.columns, person, draw.pick(UNUSABLE)));
    return lines;
  });
  return `${[plan.columns.map((target) => target.replace("attribute:", "")).join(","), ...lines].join("\n")}\n`;
}

const UNUSABLE: readonly [string, ...string[]] = [
  "010 54 12 30",
  "",
  "3.7491E+10",
  "091 12 34",
  "չկա",
  "+374 312 4 55 10",
];

function rowOf(columns: readonly ColumnTarget[], person: Person, phone: string): string {
  const cells: Readonly<Record<string, string | undefined>> = {
    first_name: person.first,
    last_name: person.last,
    phone,
    language: person.language,
    "attribute:city": person.city,
    "attribute:card": person.card ?? "",
    "attribute:amount": person.loan?.amount ?? "",
    "attribute:due": person.loan?.due ?? "",
  };
  return columns.map((target) => cells[target] ?? "").join(",");
}

/** As people write it: national with blanks, with 00, or as it should be. */
function writeNumber(e164: string, draw: Draw): string {
  const style = draw.next();
  if (e164.startsWith("+374") && style < 0.4) return `0${e164.slice(4, 6)} ${e164.slice(6, 9)} ${e164.slice(9)}`;
  if (style < 0.5) return `00${e164.slice(1)}`;
  return e164;
}
