import { encodeSmart } from "@/lib/domain/sms/plain-characters";
import { countSmsSegments } from "@/lib/domain/sms/segments";
import type { TemplateContent } from "@/lib/domain/template-content";
import { deriveSmsText } from "@/lib/domain/template/derive-sms";
import { fillVariables, type VariableValues } from "@/lib/domain/template/variables";
import type { RecipientGroup } from "@/lib/domain/pricing/estimate";
import type { Channel } from "@/lib/domain/vocabulary";
import type { EstimateSample } from "@/lib/schemas/campaigns";
import type { AudienceRecipient } from "./walk-audience";

const MOST_SAMPLES = 20;

export type AudienceMeasure = {
  /** Who will be written to. */
  readonly people: number;
  readonly optedOut: number;
  readonly groups: readonly RecipientGroup[];
  readonly missing: readonly { readonly variable: string; readonly people: number }[];
  /** The sender leaves out a message with a hole in it, so these are not among `people`. */
  readonly missingPeople: number;
  /** Segments -> people. */
  readonly distribution: ReadonlyMap<number, number>;
  readonly samples: ReadonlyMap<number, readonly EstimateSample[]>;
};

/** What a template may say of a contact: its attributes, and its name unless an attribute is called so. */
export function contactValues(contact: Pick<AudienceRecipient, "name" | "attributes">): VariableValues {
  return { name: contact.name, ...contact.attributes };
}

/**
 * The very SMS of every recipient, rendered as the sender renders it (composed form), so that the worst case is a count and not a
 * guess. Feeds on chunks and keeps sums only: 100,000 recipients are a matter of a second or two.
 *
 * @param isSmart the account's SMS leave with plain signs for typographic ones
 */
export async function measureAudience(
  content: TemplateContent,
  firstChannel: Channel,
  chunks: AsyncIterable<readonly AudienceRecipient[]>,
  isSmart = false,
): Promise<AudienceMeasure> {
  const smsText = deriveSmsText(content);
  const byGroup = new Map<string, { country: string; segments: number; recipients: number }>();
  const distribution = new Map<number, number>();
  const samples = new Map<number, EstimateSample[]>();
  const missing = new Map<string, number>();
  const sum = { people: 0, optedOut: 0, missingPeople: 0 };
  for await (const chunk of chunks) {
    for (const person of chunk) {
      if (person.optedOut) {
        sum.optedOut += 1;
        continue;
      }
      const values = contactValues(person);
      const sms = fillVariables(smsText, values);
      const first = firstChannel === "sms" ? sms : fillVariables(content.body, values);
      for (const variable of new Set([...first.missing, ...sms.missing])) add(missing, variable);
      if (first.missing.length > 0) {
        sum.missingPeople += 1;
        continue;
      }
      sum.people += 1;
      const composed = sms.text.normalize("NFC");
      const text = isSmart ? encodeSmart(composed) : composed;
      const segments = countSmsSegments(text);
      add(distribution, segments);
      const key = `${person.country} ${segments}`;
      const group = byGroup.get(key) ?? { country: person.country, segments, recipients: 0 };
      group.recipients += 1;
      byGroup.set(key, group);
      keepSample(samples, segments, person, text);
    }
  }
  return {
    ...sum,
    groups: [...byGroup.values()],
    missing: [...missing].map(([variable, people]) => ({ variable, people })).sort((a, b) => b.people - a.people),
    distribution,
    samples,
  };
}

function keepSample(
  samples: Map<number, EstimateSample[]>,
  segments: number,
  person: AudienceRecipient,
  text: string,
): void {
  const kept = samples.get(segments) ?? [];
  if (kept.length >= MOST_SAMPLES) return;
  kept.push({ contactId: person.contactId, phone: person.e164, name: person.name, segments, text });
  samples.set(segments, kept);
}

function add<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
