import { z } from "zod";
import { askOnce, faulty, notCarrier } from "@/lib/carriers/wire/ask-once";
import type { LinkReason, LinkVerdict } from "@/lib/domain/connection/link-verdict";
import { parseViberJson } from "./parse-json";

const answerSchema = z.object({ status: z.coerce.number().int() });

export type ViberLink = { readonly baseUrl: string; readonly serviceId: number; readonly wireTimeoutMs: number };

/** Of the partner protocol: the service itself is turned away. Viber knows senders by their IP address, which is why 13 and 401 come. */
const REASONS: Readonly<Record<number, LinkReason>> = { 2: "wrong_sender", 13: "no_permission", 401: "no_permission" };

/**
 * The protocol has no question that only asks, so this one is a message to nobody and without content, which nothing can deliver. What
 * comes back tells whether Viber is there and turns the service away; that it would take a message it does not tell.
 */
export function checkViberLink(link: ViberLink): Promise<LinkVerdict> {
  const body = JSON.stringify({ service_id: link.serviceId, dest: "", seq: 1, type: 206, label: "transaction" });
  const headers = { "content-type": "application/json" };
  return askOnce(
    link,
    (poster) => poster.post("/vibersrvc/1/send_message", headers, body, () => true),
    (answer) => {
      const said = answerSchema.safeParse(parseViberJson(answer.body));
      if (!said.success) {
        return answer.status === 401 || answer.status === 403
          ? faulty("no_permission", `http_${answer.status}`, null)
          : notCarrier(answer);
      }
      const reason = REASONS[said.data.status];
      if (reason !== undefined) return faulty(reason, String(said.data.status), null);
      return { state: "answers", reason: "reached", code: null, detail: null };
    },
  );
}
