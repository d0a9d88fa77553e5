import { z } from "zod";
import { CATEGORIES, type Category, type Channel } from "@/lib/domain/vocabulary";
import type { TemplateContent } from "@/lib/domain/template-content";

/**
 * The shape of what a template says. Sizes here only keep nonsense out; the carriers' own limits and
 * rules, with better words, are in lib/domain/template/check-content.ts.
 */
const text = (max: number) => z.string().max(max).refine(isStorable, "field.invalid");

/** PostgreSQL's jsonb takes neither NUL nor half a surrogate pair; nobody types them. */
function isStorable(value: string): boolean {
  return !/[\0\p{Cs}]/u.test(value);
}

const linkButton = z.object({ kind: z.literal("url"), label: text(200), url: text(4000) });
const replyButton = z.object({ kind: z.literal("reply"), label: text(200) });

export const templateContent = z.object({
  language: z.string().min(2).max(12),
  category: z.enum(CATEGORIES),
  body: text(8000),
  whatsapp: z.object({
    imageUrl: text(4000).nullable(),
    footer: text(1000).nullable(),
    buttons: z
      .array(z.discriminatedUnion("kind", [linkButton, replyButton]))
      .max(10)
      .readonly(),
    templateName: text(600),
    language: z.string().min(2).max(12).optional(),
  }),
  viber: z.object({ imageUrl: text(4000).nullable(), button: linkButton.nullable() }),
  sms: z.object({ text: text(8000).nullable(), keepLink: z.boolean() }),
}) satisfies z.ZodType<TemplateContent>;

export const templateName = z
  .string()
  .trim()
  .min(1)
  .max(120)
  .refine((name) => !/[\p{Cc}\p{Cs}]/u.test(name), "field.invalid");

export const createTemplateInput = z.object({ name: templateName, content: templateContent });
export type CreateTemplateInput = z.output<typeof createTemplateInput>;

export const saveTemplateInput = createTemplateInput.extend({
  templateId: z.uuid(),
  /** The version that was edited: of two editors the second is told so. */
  baseVersion: z.int().min(1),
});
export type SaveTemplateInput = z.output<typeof saveTemplateInput>;

export const templateIdInput = z.object({ templateId: z.uuid() });

export const setTemplateArchivedInput = templateIdInput.extend({ archived: z.boolean() });

export const duplicateTemplateInput = templateIdInput.extend({
  /** In the reader's language; a number is added where the name is taken. */
  name: templateName,
});

export const listTemplatesInput = z.object({
  archived: z.preprocess((value) => value === "1" || value === true, z.boolean()).default(false),
  search: z.string().trim().max(120).refine(isStorable, "field.invalid").optional(),
});

export type TemplateSummary = {
  readonly id: string;
  readonly name: string;
  readonly category: Category;
  readonly language: string;
  /** Channels that this template can go by as it stands. */
  readonly channels: readonly Channel[];
  /** With the variables' spare values in place; a longer name may cost one more. */
  readonly smsSegments: number;
  readonly smsEncoding: "gsm7" | "ucs2";
  readonly version: number;
  readonly updatedAt: string;
  readonly archived: boolean;
};

export type TemplateDetail = {
  readonly id: string;
  readonly name: string;
  readonly version: number;
  readonly archived: boolean;
  readonly updatedAt: string;
  readonly updatedBy: string | null;
  readonly content: TemplateContent;
  /** Campaigns, drafts included, that use any of its versions. */
  readonly usedByCampaigns: number;
};

/** What contacts are known by, for the "insert variable" menu and for samples in previews. */
export type TemplateVariable = {
  readonly name: string;
  /** Of the contacts looked at, the share that has a value. */
  readonly filledShare: number;
  readonly example: string;
  /** The longest value seen: what it does to the number of segments. */
  readonly longest: string;
};
