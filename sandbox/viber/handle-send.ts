import type { IncomingMessage, ServerResponse } from "node:http";
import { z } from "zod";
import { behaviourFor, countTurnedAway, isThrottled, takeSubmit, uniqueNumber, waitToAnswer, type Core } from "../core";
import type { LedgerEntry } from "../ledger/ledger-entry";
import { holdAnswer, parseJson, readBody, sendJson, sendText } from "../http-message";
import type { Behaviour } from "../scenarios/plan-behaviour";

const uint = z.number().int().min(0);
const text = z.string().min(1).max(1_000);
const link = z.url({ protocol: /^https?$/ }).max(1_000);

/** Message types and the fields each one needs; 1xx are the two-way twins of 2xx. */
const needs: Readonly<Record<number, readonly string[]>> = {
  106: ["#txt"],
  206: ["#txt"],
  225: ["#txt"],
  306: ["#txt"],
  107: ["#img"],
  207: ["#img"],
  108: ["#txt", "#img", "#caption", "#action"],
  208: ["#txt", "#img", "#caption", "#action"],
  109: ["#txt", "#caption", "#action"],
  209: ["#txt", "#caption", "#action"],
};

const requestSchema = z.strictObject({
  service_id: uint,
  dest: z.string().regex(/^[1-9]\d{6,14}$/),
  seq: uint,
  type: z.number().refine((type) => Object.hasOwn(needs, type)),
  label: z.enum(["transaction", "promotion", "session"]),
  tag: z.string().max(200).optional(),
  ttl: z.number().int().min(30).max(1_209_600).optional(),
  message: z.strictObject({
    "#txt": text.optional(),
    "#img": link.optional(),
    "#caption": z.string().min(1).max(30).optional(),
    "#action": link.optional(),
    "#tracking_data": z.string().max(512).optional(),
  }),
});
type ViberRequest = z.infer<typeof requestSchema>;

/** Viber's statuses for a request it does not take. */
const status = { badService: 2, badData: 3, badType: 5, badParameters: 6, badNumber: 27, internal: 1 } as const;

/** `POST /vibersrvc/1/send_message`: HTTP is always 200, the status is in the body. */
export async function handleViberSend(core: Core, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await readBody(request);
  const json = body === null ? undefined : parseJson(body);
  const parsed = requestSchema.safeParse(json);
  if (!parsed.success) {
    countTurnedAway(core, "viber", "bad_request");
    return sendStatus(response, statusOfIssue(json, parsed.error.issues[0]?.path[0]), 0);
  }
  const message = parsed.data;
  if (needs[message.type]?.some((field) => !Object.hasOwn(message.message, field))) {
    countTurnedAway(core, "viber", "bad_request");
    return sendStatus(response, status.badParameters, message.seq);
  }
  if (core.subscriptions.viber(String(message.service_id)) === null) {
    countTurnedAway(core, "viber", "unknown_sender");
    return sendStatus(response, status.badService, message.seq);
  }
  await answer(core, message, response);
}

function statusOfIssue(json: unknown, field: PropertyKey | undefined): number {
  if (typeof json !== "object" || json === null) return status.badData;
  if (field === "dest") return status.badNumber;
  if (field === "type") return status.badType;
  if (field === "service_id") return status.badService;
  return status.badParameters;
}

async function answer(core: Core, message: ViberRequest, response: ServerResponse): Promise<void> {
  const to = `+${message.dest}`;
  const behaviour = behaviourFor(core, "viber", String(message.service_id), to);
  const take = (): LedgerEntry => takeMessage(core, to, message, behaviour);
  switch (behaviour.answer.kind) {
    case "refuse":
      countTurnedAway(core, "viber", `status_${behaviour.answer.code}`);
      return sendStatus(response, behaviour.answer.code, message.seq);
    case "throttle":
      if (!isThrottled(core, "viber", to, behaviour.answer.tries)) break;
      countTurnedAway(core, "viber", "throttled");
      return sendJson(response, 429, { message: "Too many requests" }, { "retry-after": "1" });
    case "error":
      if (behaviour.answer.taken) take();
      else countTurnedAway(core, "viber", "error_500");
      return sendStatus(response, status.internal, message.seq);
    case "hang": {
      const entry = behaviour.answer.taken ? take() : null;
      if (entry === null) countTurnedAway(core, "viber", "timeout");
      return holdAnswer(response, core.settings.holdMs, () =>
        entry === null ? response.destroy() : sendAccepted(response, message.seq, entry),
      );
    }
    case "down":
      countTurnedAway(core, "viber", "outage");
      return sendJson(response, 503, { message: "Service Unavailable" });
    case "take_later": {
      const entry = take();
      await waitToAnswer(core, entry, behaviour.answer.waitMs);
      return sendAccepted(response, message.seq, entry);
    }
  }
  const entry = take();
  await core.ledger.written();
  sendAccepted(response, message.seq, entry);
}

function takeMessage(core: Core, to: string, request: ViberRequest, behaviour: Behaviour): LedgerEntry {
  const carrierId = String(uniqueNumber(core));
  const submit = {
    channel: "viber" as const,
    connectionId: String(request.service_id),
    to,
    from: null,
    reference: request.message["#tracking_data"] ?? null,
    text: request.message["#txt"] ?? request.message["#img"] ?? "",
    part: null,
    carrierId,
    receiptId: carrierId,
  };
  return takeSubmit(core, submit, boundByTtl(behaviour, request.ttl));
}

/** Viber drops what it could not deliver within the message's own time to live, and says so. */
function boundByTtl(behaviour: Behaviour, ttlSeconds: number | undefined): Behaviour {
  const ttlMs = (ttlSeconds ?? 1_209_600) * 1_000;
  const isLate = behaviour.receipts.some((receipt) => receipt.kind === "delivered" && receipt.afterMs > ttlMs);
  if (!isLate && behaviour.scenario !== "expired") return behaviour;
  const expiresAfterMs = isLate ? ttlMs : Math.min(ttlMs, behaviour.receipts[0]?.afterMs ?? ttlMs);
  return { ...behaviour, receipts: [{ kind: "expired", code: null, afterMs: expiresAfterMs }] };
}

function sendStatus(response: ServerResponse, code: number, seq: number): void {
  sendJson(response, 200, { status: code, seq });
}

/** The token is a 64-bit JSON number, more than JavaScript's own writer can print. */
function sendAccepted(response: ServerResponse, seq: number, entry: LedgerEntry): void {
  sendText(response, 200, `{"status":0,"message_token":${entry.carrierId},"seq":${seq}}`);
}
