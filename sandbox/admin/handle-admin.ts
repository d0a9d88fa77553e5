import type { IncomingMessage, ServerResponse } from "node:http";
import { z } from "zod";
import { FAULT_KINDS, FAULT_PRESETS, type FaultPreset } from "@/lib/domain/laboratory/vocabulary";
import { CHANNELS } from "@/lib/domain/vocabulary";
import { tellInbound, type Core } from "../core";
import { faultInputSchema, FaultRefused } from "../faults/vocabulary";
import { parseJson, readBody, sendJson } from "../http-message";
import { magicNumbers } from "../scenarios/magic-numbers";
import { scenariosInputSchema } from "../scenarios/scenario-store";
import { ruleSchema, SCENARIOS } from "../scenarios/vocabulary";
import { subscriptionsSchema } from "../subscriptions";
import { addTemplates, changeTemplate, replaceTemplatesSchema, templateEventSchema } from "../whatsapp/change-template";

const ledgerQuerySchema = z.object({
  after: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
  to: z
    .string()
    .transform((to) => to.trim().replace(/^(?=\d)/, "+"))
    .pipe(z.string().regex(/^\+\d{7,15}$/, "an international number"))
    .optional(),
  channel: z.enum(CHANNELS).optional(),
  /** Names of senders, divided by commas. */
  connections: z
    .string()
    .max(40_000)
    .transform((list) => new Set(list.split(",")))
    .optional(),
  order: z.enum(["oldest", "newest"]).default("oldest"),
});

const rulesSchema = z.strictObject({ rules: z.array(ruleSchema).min(1).max(200_000) });

const inboundSchema = z.strictObject({
  channel: z.enum(CHANNELS),
  connectionId: z.string().min(1).max(64),
  from: z.string().regex(/^\+[1-9]\d{6,14}$/, "an international number with its plus"),
  text: z.string().min(1).max(1_000),
});

/** `{ preset }` stands for the fields of that preset; what is given beside it comes first. */
const newFaultSchema = z.preprocess((body) => {
  if (typeof body !== "object" || body === null || !("preset" in body)) return body;
  const { preset, ...rest } = body;
  const isKnown = typeof preset === "string" && Object.hasOwn(FAULT_PRESETS, preset);
  return isKnown ? { ...FAULT_PRESETS[preset as FaultPreset], ...rest } : body;
}, faultInputSchema);

export type AdminContext = {
  readonly core: Core;
  readonly reset: () => void;
  readonly boundSystemIds: () => readonly string[];
};

/** Everything under `/_sandbox`. */
export async function handleAdmin(
  context: AdminContext,
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method !== "GET" && !isSameOrigin(request)) {
    return sendJson(response, 403, { error: "Requests from another site are not taken." });
  }
  switch (`${request.method} ${url.pathname}`) {
    case "GET /_sandbox/ledger":
      return listLedger(context.core, url, response);
    case "GET /_sandbox/ledger/summary":
      return sendJson(response, 200, summaryOf(context.core));
    case "GET /_sandbox/scenarios":
      return sendJson(response, 200, scenariosOf(context.core));
    case "PUT /_sandbox/scenarios":
      return withBody(request, response, scenariosInputSchema, (input) => {
        context.core.scenarios.replace(input);
        return scenariosOf(context.core);
      });
    case "POST /_sandbox/scenarios":
      return withBody(request, response, rulesSchema, ({ rules }) => {
        context.core.scenarios.addRules(rules);
        return { added: rules.length };
      });
    case "POST /_sandbox/inbound":
      return withBody(request, response, inboundSchema, ({ channel, connectionId, from, text }) => {
        tellInbound(context.core, channel, connectionId, from, text);
        return { queued: true };
      });
    case "GET /_sandbox/faults":
      return sendJson(response, 200, faultsOf(context.core));
    case "POST /_sandbox/faults":
      return withBody(request, response, newFaultSchema, (input) => ({
        fault: context.core.faults.add(input),
      }));
    case "DELETE /_sandbox/faults":
      for (const { id } of context.core.faults.list()) context.core.faults.stop(id);
      return sendJson(response, 200, faultsOf(context.core));
    case "POST /_sandbox/connections":
      return withBody(request, response, subscriptionsSchema, (input) => {
        context.core.subscriptions.register(input);
        return { registered: true };
      });
    case "PUT /_sandbox/templates":
      return withBody(request, response, replaceTemplatesSchema, ({ wabaId, templates }) => {
        context.core.templates.replace(wabaId, templates);
        return { templates: templates.length };
      });
    case "POST /_sandbox/templates":
      return withBody(request, response, replaceTemplatesSchema, (input) => addTemplates(context.core, input));
    case "POST /_sandbox/templates/event":
      return withBody(request, response, templateEventSchema, (input) => changeTemplate(context.core, input));
    case "POST /_sandbox/reset":
      context.reset();
      return sendJson(response, 200, { reset: true });
    case "GET /_sandbox/health":
      return sendJson(response, 200, healthOf(context));
    default:
      return stopFault(context.core, url, request, response);
  }
}

/** `DELETE /_sandbox/faults/f1`; any other address that is left over is nothing. */
function stopFault(core: Core, url: URL, request: IncomingMessage, response: ServerResponse): void {
  request.resume();
  const id = /^\/_sandbox\/faults\/(f\d{1,15})$/.exec(url.pathname)?.[1];
  if (request.method !== "DELETE" || id === undefined) {
    return sendJson(response, 404, { error: "There is nothing at this address." });
  }
  if (!core.faults.stop(id)) return sendJson(response, 404, { error: `There is no fault ${id} to stop.` });
  sendJson(response, 200, { stopped: id });
}

/** Browsers name the page a write comes from; programs name none. */
function isSameOrigin(request: IncomingMessage): boolean {
  const { origin, host } = request.headers;
  return origin === undefined || origin === `http://${host ?? ""}`;
}

function listLedger(core: Core, url: URL, response: ServerResponse): void {
  const query = ledgerQuerySchema.safeParse(Object.fromEntries(url.searchParams));
  if (!query.success) return sendJson(response, 400, { error: z.prettifyError(query.error) });
  const { to = null, channel = null, connections = null, order, ...page } = query.data;
  sendJson(response, 200, core.ledger.list({ ...page, to, channel, connections, newest: order === "newest" }));
}

export function summaryOf(core: Core): object {
  return {
    ...core.ledger.summary(),
    generation: core.ledger.generation(),
    turnedAway: Object.fromEntries(core.turnedAway),
    scheduled: core.schedule.size(),
    held: [...core.held.values()].reduce((sum, held) => sum + held.length, 0),
    byFault: Object.fromEntries(core.faults.list().map(({ id, hits }) => [id, hits])),
    backlog: Object.fromEntries([...core.notifiers].map(([channel, notifier]) => [channel, notifier.backlog()])),
  };
}

function scenariosOf(core: Core): object {
  return { ...core.scenarios.get(), scenarios: SCENARIOS, magicNumbers };
}

function faultsOf(core: Core): object {
  return { nowMs: Date.now(), faults: core.faults.list(), kinds: FAULT_KINDS, presets: FAULT_PRESETS };
}

function healthOf({ core, boundSystemIds }: AdminContext): object {
  const problem = core.subscriptions.problem();
  return { ok: problem === null, problem, accepted: core.ledger.count(), bound: boundSystemIds() };
}

async function withBody<T>(
  request: IncomingMessage,
  response: ServerResponse,
  schema: z.ZodType<T>,
  apply: (input: T) => object | Promise<object>,
): Promise<void> {
  const body = await readBody(request);
  if (body === null) return sendJson(response, 413, { error: "The body is longer than 16 MB." });
  const input = schema.safeParse(parseJson(body));
  if (!input.success) return sendJson(response, 400, { error: z.prettifyError(input.error) });
  try {
    sendJson(response, 200, await apply(input.data));
  } catch (error) {
    if (!(error instanceof FaultRefused)) throw error;
    sendJson(response, 400, { error: error.message });
  }
}
