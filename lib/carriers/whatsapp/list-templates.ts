import { z } from "zod";
import { reasonOfFailure } from "@/lib/carriers/wire/ask-once";
import { createHttpPoster, type HttpPoster } from "@/lib/carriers/wire/post-once";
import { parseJsonBody } from "@/lib/carriers/wire/read-body";
import type { LinkReason } from "@/lib/domain/connection/link-verdict";
import type { ApprovedShape } from "@/lib/domain/template/approval";
import { metaErrorReason, type WhatsAppLink } from "./check-link";
import { clean, optionalText, readShape } from "./template-components";

export type ListedTemplate = {
  readonly name: string;
  readonly language: string;
  /** Meta's word, in capitals. */
  readonly status: string;
  readonly category: string | null;
  readonly shape: ApprovedShape;
  readonly rejectedReason: string | null;
  readonly quality: string | null;
  /** Seconds; null: the category's own. Meta's -1 ("30 days") is already resolved. */
  readonly ttlS: number | null;
};

export type TemplateList =
  | { readonly ok: true; readonly templates: readonly ListedTemplate[]; readonly unreadable: number }
  | { readonly ok: false; readonly reason: LinkReason; readonly code: string };

const PAGE_SIZE = 50;
/** 250 templates are a new account's most, 6,000 that of a verified one. */
const MAX_PAGES = 130;
const FIELDS = "name,language,status,category,components,quality_score,rejected_reason,message_send_ttl_seconds";
const THIRTY_DAYS_S = 30 * 86_400;

const storable = z
  .string()
  .min(1)
  .max(512)
  .regex(/^[^\0]*$/);
const templateSchema = z.object({
  name: storable,
  language: storable.max(20),
  status: storable.max(60),
  category: optionalText(60),
  components: z.array(z.unknown()).catch([]),
  rejected_reason: optionalText(500),
  quality_score: z
    .object({ score: z.string().max(40) })
    .nullish()
    .catch(null),
  message_send_ttl_seconds: z.coerce.number().int().min(-1).max(THIRTY_DAYS_S).nullish().catch(null),
});
const pageSchema = z.object({
  data: z.array(z.unknown()),
  paging: z
    .object({ next: z.string().optional(), cursors: z.object({ after: z.string().max(4_000) }).optional() })
    .nullish()
    .catch(null),
});

/** Every template of the business account, page by page. Null reasons do not happen: what fails says why, and no half list is given. */
export async function listWhatsAppTemplates(
  link: Omit<WhatsAppLink, "phoneNumberId"> & { readonly wabaId: string },
): Promise<TemplateList> {
  const poster = createHttpPoster({ baseUrl: link.baseUrl, wireTimeoutMs: link.wireTimeoutMs, connections: 1 });
  try {
    return await readPages(poster, link);
  } finally {
    await poster.close(0);
  }
}

async function readPages(
  poster: HttpPoster,
  link: { readonly wabaId: string; readonly accessToken: string },
): Promise<TemplateList> {
  const templates: ListedTemplate[] = [];
  let unreadable = 0;
  let after: string | null = null;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const cursor: string = after === null ? "" : `&after=${encodeURIComponent(after)}`;
    const path = `/v25.0/${encodeURIComponent(link.wabaId)}/message_templates?fields=${FIELDS}&limit=${PAGE_SIZE}${cursor}`;
    const answer = await poster.get(path, { authorization: `Bearer ${link.accessToken}` });
    if (answer.kind !== "response") return failed(reasonOfFailure(answer.code), answer.code);
    const json = answer.complete ? parseJsonBody(answer.body) : null;
    if (answer.status >= 300) return refused(answer.status, json);
    const read = pageSchema.safeParse(json);
    if (!read.success) return failed("not_carrier", `http_${answer.status}`);
    for (const raw of read.data.data) {
      const template = readTemplate(raw);
      if (template === null) unreadable += 1;
      else templates.push(template);
    }
    after = read.data.paging?.next === undefined ? null : (read.data.paging.cursors?.after ?? null);
    if (after === null) return { ok: true, templates, unreadable };
  }
  return { ok: true, templates, unreadable };
}

function failed(reason: LinkReason, code: string): TemplateList {
  return { ok: false, reason, code };
}

function refused(status: number, json: unknown): TemplateList {
  const error = metaErrorReason(json);
  if (error !== null) return failed(error.reason, error.code);
  if (status === 429) return failed("busy", "http_429");
  return failed(status >= 500 ? "carrier_fault" : "not_carrier", `http_${status}`);
}

function readTemplate(raw: unknown): ListedTemplate | null {
  const read = templateSchema.safeParse(raw);
  if (!read.success) return null;
  const { data } = read;
  const ttl = data.message_send_ttl_seconds ?? null;
  const reason = data.rejected_reason ?? null;
  return {
    ...{ name: data.name, language: data.language, status: data.status.toUpperCase() },
    category: clean(data.category ?? null),
    shape: readShape(data.components),
    rejectedReason: reason === null || reason === "NONE" ? null : clean(reason),
    quality: clean(data.quality_score?.score ?? null),
    ttlS: ttl === -1 ? THIRTY_DAYS_S : ttl === 0 ? null : ttl,
  };
}
