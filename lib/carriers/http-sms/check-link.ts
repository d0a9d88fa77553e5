import { z } from "zod";
import { askOnce, faulty, notCarrier } from "@/lib/carriers/wire/ask-once";
import type { LinkReason, LinkVerdict } from "@/lib/domain/connection/link-verdict";

const accountSchema = z.object({
  sid: z.string(),
  friendly_name: z.string().catch(""),
  status: z.string().catch("active"),
});
const errorSchema = z.object({ code: z.coerce.number().int(), message: z.string().catch("") });

export type HttpSmsLink = {
  readonly baseUrl: string;
  readonly accountSid: string;
  readonly authToken: string;
  readonly wireTimeoutMs: number;
};

/** Reads the account with its credentials. Whether the sender belongs to it is not said by this. */
export function checkHttpSmsLink(link: HttpSmsLink): Promise<LinkVerdict> {
  const path = `/2010-04-01/Accounts/${encodeURIComponent(link.accountSid)}.json`;
  const authorization = `Basic ${Buffer.from(`${link.accountSid}:${link.authToken}`).toString("base64")}`;
  return askOnce(
    link,
    (poster) => poster.get(path, { authorization }),
    (answer, json) => {
      const account = accountSchema.safeParse(json);
      if (answer.status < 300 && account.success && account.data.sid === link.accountSid) {
        const { friendly_name: name, status } = account.data;
        if (status !== "active") return faulty("suspended", status, name);
        return { state: "works", reason: "fine", code: null, detail: name.slice(0, 200) || null };
      }
      const error = errorSchema.safeParse(json);
      if (!error.success) return notCarrier(answer);
      return faulty(reasonOf(answer.status, error.data.code), String(error.data.code), error.data.message);
    },
  );
}

function reasonOf(status: number, code: number): LinkReason {
  if (code === 20003 || status === 401) return "wrong_token";
  if (code === 20404 || status === 404) return "wrong_sender";
  if (code === 20005 || code === 90010) return "suspended";
  if (code === 20429) return "busy";
  return status === 403 ? "no_permission" : "other";
}
