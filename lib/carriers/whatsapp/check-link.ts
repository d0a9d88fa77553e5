import { z } from "zod";
import { askOnce, faulty, notCarrier } from "@/lib/carriers/wire/ask-once";
import type { LinkReason, LinkVerdict } from "@/lib/domain/connection/link-verdict";

const numberSchema = z.object({
  id: z.coerce.string(),
  verified_name: z.string().catch(""),
  display_phone_number: z.string().catch(""),
});
const errorSchema = z.object({
  error: z.object({
    code: z.coerce.number().int(),
    error_subcode: z.number().optional().catch(undefined),
    message: z.string().catch(""),
  }),
});

export type WhatsAppLink = {
  readonly baseUrl: string;
  readonly phoneNumberId: string;
  readonly accessToken: string;
  readonly wireTimeoutMs: number;
};

/** Asks Meta for the number's name with the token: nothing is sent, and nobody else's number answers. */
export function checkWhatsAppLink(link: WhatsAppLink): Promise<LinkVerdict> {
  const fields = "id,verified_name,display_phone_number";
  const path = `/v25.0/${encodeURIComponent(link.phoneNumberId)}?fields=${fields}`;
  return askOnce(
    link,
    (poster) => poster.get(path, { authorization: `Bearer ${link.accessToken}` }),
    (answer, json) => {
      const found = numberSchema.safeParse(json);
      if (answer.status < 300 && found.success && found.data.id === link.phoneNumberId) {
        const name = [found.data.verified_name, found.data.display_phone_number].filter((part) => part !== "");
        return { state: "works", reason: "fine", code: null, detail: name.join(", ").slice(0, 200) || null };
      }
      const error = metaErrorReason(json);
      return error === null ? notCarrier(answer) : faulty(error.reason, error.code, error.message);
    },
  );
}

/** An error of the Graph API; null: it is none. */
export function metaErrorReason(
  json: unknown,
): { readonly reason: LinkReason; readonly code: string; readonly message: string } | null {
  const error = errorSchema.safeParse(json);
  if (!error.success) return null;
  const { code, error_subcode: subcode, message } = error.data.error;
  return { reason: reasonOf(code, subcode), code: String(code), message };
}

/** Graph API: 190 token, 100/33 no such object for this token, 10 and 200–299 permissions, 4 and 80007 and 130429 too many calls. */
function reasonOf(code: number, subcode: number | undefined): LinkReason {
  if (code === 190 || code === 102) return "wrong_token";
  if (code === 100) return subcode === 33 || subcode === undefined ? "wrong_sender" : "other";
  if (code === 803) return "wrong_sender";
  if (code === 10 || code === 3 || (code >= 200 && code <= 299)) return "no_permission";
  if (code === 4 || code === 80007 || code === 130429) return "busy";
  return code === 131031 || code === 368 ? "suspended" : "other";
}
