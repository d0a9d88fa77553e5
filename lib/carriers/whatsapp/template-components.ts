import { z } from "zod";
import type { ApprovedShape } from "@/lib/domain/template/approval";

export const optionalText = (max: number) => z.string().max(max).nullish().catch(null);
const buttonSchema = z.object({ type: z.string(), text: z.string().max(200).catch(""), url: optionalText(4_000) });
const componentSchema = z.object({
  type: z.string(),
  format: z.string().nullish().catch(null),
  text: optionalText(8_000),
  buttons: z.array(buttonSchema).max(20).nullish().catch(null),
});

/** What PostgreSQL's text and jsonb refuse. */
export function clean<T extends string | null>(text: T): T {
  return (text === null ? null : text.replace(/[\0\p{Cs}]/gu, "")) as T;
}

const HEADERS: Readonly<Record<string, NonNullable<ApprovedShape["header"]>>> = {
  TEXT: "text",
  IMAGE: "image",
  VIDEO: "video",
  DOCUMENT: "document",
  LOCATION: "location",
};

/** Out of Meta's `components`; what cannot be read counts as not there. */
export function readShape(components: readonly unknown[]): ApprovedShape {
  const read = components.flatMap((raw) => componentSchema.safeParse(raw).data ?? []);
  const of = (type: string) => read.find((component) => component.type.toUpperCase() === type);
  const header = of("HEADER");
  return {
    header: header === undefined ? null : (HEADERS[(header.format ?? "").toUpperCase()] ?? "other"),
    body: clean(of("BODY")?.text ?? ""),
    footer: clean(of("FOOTER")?.text ?? null),
    buttons: (of("BUTTONS")?.buttons ?? []).map(({ type, text, url }) => {
      const kind = { URL: "url", QUICK_REPLY: "reply" }[type.toUpperCase()] as "url" | "reply" | undefined;
      return { kind: kind ?? "other", label: clean(text), url: clean(url ?? null) };
    }),
  };
}

const FORMATS = Object.fromEntries(Object.entries(HEADERS).map(([format, header]) => [header, format]));

export type TemplateComponent = { readonly type: string; readonly [field: string]: unknown };

/** Meta's `components` of a template, as its list has them. The text of a fixed header is not ours to know. */
export function componentsOf({ header, body, footer, buttons }: ApprovedShape): readonly TemplateComponent[] {
  const made = buttons.map(({ kind, label, url }) =>
    kind === "url" ? { type: "URL", text: label, url } : { type: "QUICK_REPLY", text: label },
  );
  return [
    ...(header === null ? [] : [{ type: "HEADER", format: FORMATS[header] ?? "TEXT" }]),
    { type: "BODY", text: body },
    ...(footer === null ? [] : [{ type: "FOOTER", text: footer }]),
    ...(made.length === 0 ? [] : [{ type: "BUTTONS", buttons: made }]),
  ];
}
