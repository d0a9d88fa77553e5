import type { CarrierReceipt, Connector, InboundMessage, SendOutcome, SendRequest } from "@/lib/carriers/connector";
import { MAX_SMS_PARTS, measureSms } from "@/lib/domain/sms/segments";
import { buildSubmit } from "./build-submit";
import { limitFlow, type FlowLimit } from "./limit-flow";
import { formatStatus, manageSmppSession, type LinkState, type SmppLink, type SubmitResult } from "./manage-session";
import { canonicalMessageId, type ReceiptIdFormat } from "./message-id";
import { readDeliver } from "./read-deliver";

export type SmppConnectorOptions = {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  readonly systemId: string;
  readonly password: string;
  readonly systemType: string;
  /** Letters (at most 11), a short code (at most 6 digits) or an international number. */
  readonly sourceAddr: string;
  /** Submits that may wait for their answer at once; carriers give 10 to 100. */
  readonly window: number;
  readonly ratePerSecond: number;
  readonly receiptIdFormat: ReceiptIdFormat;
  /** Receipts carry the carrier's local time without saying which; 240 for Yerevan. Default 0. */
  readonly receiptUtcOffsetMinutes?: number;
  /** The whole of one `send`, all parts and waiting included. Default 60 s. */
  readonly wireTimeoutMs?: number;
  readonly enquireLinkMs?: number;
  readonly bindTimeoutMs?: number;
  readonly reconnectMinMs?: number;
  readonly reconnectMaxMs?: number;
  /** deliver_sm_resp leaves when this has resolved; a rejection answers 0x64 and the carrier repeats. */
  readonly onReceipt: (receipt: CarrierReceipt) => Promise<void>;
  readonly onInbound: (message: InboundMessage) => Promise<void>;
};

export type SmppConnector = Connector & {
  /** For health pages: whether a submit could leave right now. */
  state(): LinkState;
  lastError(): string | null;
  /** deliver_sm that were neither a readable receipt nor a message; acknowledged, so that they do not come back. */
  unreadableCount(): number;
};

const defaultWireTimeoutMs = 60_000;

type Context = {
  readonly options: SmppConnectorOptions;
  readonly link: SmppLink;
  readonly flow: FlowLimit;
  readonly wireTimeoutMs: number;
  concatenation: number;
};

/** Connects at once and stays bound; see {@link manageSmppSession}. */
export function createSmppConnector(options: SmppConnectorOptions): SmppConnector {
  let unreadable = 0;
  const link = manageSmppSession({
    host: options.host,
    port: options.port,
    tls: options.tls,
    systemId: options.systemId,
    password: options.password,
    systemType: options.systemType,
    enquireLinkMs: options.enquireLinkMs ?? 30_000,
    bindTimeoutMs: options.bindTimeoutMs ?? 10_000,
    reconnectMinMs: options.reconnectMinMs ?? 1_000,
    reconnectMaxMs: options.reconnectMaxMs ?? 60_000,
    async onDeliver(pdu) {
      const delivered = readDeliver(pdu, options.receiptIdFormat, options.receiptUtcOffsetMinutes ?? 0);
      if (delivered.kind === "receipt") await options.onReceipt(delivered.receipt);
      else if (delivered.kind === "inbound") await options.onInbound(delivered.message);
      else unreadable += 1;
    },
  });
  const context: Context = {
    options,
    link,
    flow: limitFlow(options.window, options.ratePerSecond, () => performance.now()),
    wireTimeoutMs: options.wireTimeoutMs ?? defaultWireTimeoutMs,
    concatenation: Math.floor(Math.random() * 256),
  };
  return {
    capabilities: { channel: "sms", dedupe: "none", correlate: false, query: false },
    state: () => link.state(),
    lastError: () => link.lastError(),
    unreadableCount: () => unreadable,
    send(request, canStillSend) {
      if (request.content.channel !== "sms") throw new Error(`not an SMS: ${request.content.channel}`);
      return sendSms(context, request, request.content, canStillSend);
    },
    close: (graceMs) => link.close(graceMs),
  };
}

/**
 * Submits the parts one after the other: once a part is refused nothing more is sent, so the recipient gets as
 * little as possible of a broken message, and what the carrier has taken is known by id.
 */
async function sendSms(
  context: Context,
  request: SendRequest,
  content: Extract<SendRequest["content"], { channel: "sms" }>,
  canStillSend: () => boolean,
): Promise<SendOutcome> {
  const { parts, encoding } = measureSms(content.text);
  if (parts.length === 0 || parts.length > MAX_SMS_PARTS) {
    const detail = parts.length === 0 ? "the text is empty" : `more than ${MAX_SMS_PARTS} parts`;
    return { kind: "refused", code: "bad_text", detail, carrierIds: [], raw: "" };
  }
  const deadlineMs = performance.now() + context.wireTimeoutMs;
  context.concatenation = (context.concatenation + 1) % 256;
  const reference = context.concatenation;
  const carrierIds: string[] = [];
  const raw: string[] = [];
  for (const [index, text] of parts.entries()) {
    const fields = buildSubmit({
      sourceAddr: context.options.sourceAddr,
      to: request.to,
      text,
      encoding,
      validitySeconds: content.validitySeconds,
      part: parts.length === 1 ? null : { reference, total: parts.length, sequence: index + 1 },
    });
    const failed = await sendPart(context, fields, deadlineMs, { carrierIds, raw }, canStillSend);
    if (failed !== null) return failed;
  }
  return { kind: "accepted", carrierIds, raw: raw.join("\n") };
}

type Taken = { readonly carrierIds: string[]; readonly raw: string[] };

/** Null: the part was taken and its id is noted. Else the outcome of the whole message. */
async function sendPart(
  context: Context,
  fields: Readonly<Record<string, unknown>>,
  deadlineMs: number,
  taken: Taken,
  canStillSend: () => boolean,
): Promise<SendOutcome | null> {
  const { link, flow } = context;
  if (!(await link.waitUntilBound(deadlineMs - performance.now()))) {
    return nothingLeft(taken, "session_down", link.lastError() ?? "the session is not bound", link.retryInMs());
  }
  const leave = await flow.enter(deadlineMs);
  if (leave === null) return nothingLeft(taken, "window_full", "no place in the window in time", null);
  try {
    // Only before the first part: a message half sent is better completed.
    if (taken.carrierIds.length === 0 && !canStillSend()) {
      return nothingLeft(taken, "aborted", "the right to send had run out", null);
    }
    const result = await link.submit(fields, Math.max(1, deadlineMs - performance.now()));
    return readResult(result, taken, context);
  } finally {
    leave();
  }
}

/** Throttled and queue full: the carrier says itself that it took nothing. */
const comeBackLater: ReadonlySet<number> = new Set([0x58, 0x14]);

function readResult(result: SubmitResult, taken: Taken, context: Context): SendOutcome | null {
  const { carrierIds } = taken;
  if (result.kind === "not_bound") {
    return nothingLeft(taken, "session_down", "the session is not bound", context.link.retryInMs());
  }
  if (result.kind !== "response") {
    const detail = result.kind === "timeout" ? "no submit_sm_resp in time" : "session lost with a submit outstanding";
    return { kind: "unknown", code: result.kind, detail, carrierIds, raw: taken.raw.join("\n") };
  }
  const status = formatStatus(result.status);
  taken.raw.push(`submit_sm_resp ${status}${result.messageId === "" ? "" : ` message_id=${result.messageId}`}`);
  if (result.status === 0) {
    // Taken, but nothing to match its receipts with: only "unknown" says that truly.
    if (result.messageId === "") {
      return {
        kind: "unknown",
        code: "bad_response",
        detail: "no message_id",
        carrierIds,
        raw: taken.raw.join("\n"),
      };
    }
    carrierIds.push(canonicalMessageId(result.messageId, "response", context.options.receiptIdFormat));
    return null;
  }
  if (comeBackLater.has(result.status)) return nothingLeft(taken, status, "the carrier asks to slow down", 1_000);
  return { kind: "refused", code: status, detail: `submit_sm refused`, carrierIds, raw: taken.raw.join("\n") };
}

/** The part did not leave. With earlier parts taken that is no clean slate any more: refused, and which were taken. */
function nothingLeft(taken: Taken, code: string, detail: string, retryAfterMs: number | null): SendOutcome {
  const raw = taken.raw.join("\n");
  if (taken.carrierIds.length === 0) return { kind: "not_sent", code, detail, retryAfterMs, raw };
  const part = taken.carrierIds.length + 1;
  return { kind: "refused", code, detail: `part ${part}: ${detail}`, carrierIds: taken.carrierIds, raw };
}
