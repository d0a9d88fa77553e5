import type { CarrierReceipt, Connector, InboundMessage, SendOutcome, SendRequest } from "@/lib/carriers/connector";
import { MAX_SMS_PARTS } from "@/lib/domain/sms/segments";
import { buildSubmit } from "./build-submit";
import { encodeText, type EncodedText, type LongMessages, type SmppAlphabet } from "./encode-part";
import { leaveLine, manageLines, type Line, type Lines, type SessionHealth } from "./manage-lines";
import { formatStatus, type LinkState, type SmppTls, type SubmitResult } from "./manage-session";
import { canonicalMessageId, type ReceiptIdFormat } from "./message-id";
import { readDeliver } from "./read-deliver";

export type SmppConnectorOptions = {
  readonly host: string;
  readonly port: number;
  readonly tls: SmppTls | null;
  readonly systemId: string;
  readonly password: string;
  readonly systemType: string;
  /** Letters (at most 11), a short code (at most 6 digits) or an international number. */
  readonly sourceAddr: string;
  /** TON and NPI of the sender; null or absent: by its look. Of the recipient: 1 and 1 by default. */
  readonly sourceTon?: number | null;
  readonly sourceNpi?: number | null;
  readonly destinationTon?: number;
  readonly destinationNpi?: number;
  /** Default: one session that sends and receives. */
  readonly bindMode?: "transceiver" | "transmitter_receiver";
  readonly sessions?: number;
  readonly alphabet?: SmppAlphabet;
  readonly longMessages?: LongMessages;
  readonly smartEncoding?: boolean;
  /** Submits that may wait for their answer at once, a session; carriers give 10 to 100. */
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
  /** Whether receipts can come in right now. */
  isListening(): boolean;
  sessions(): readonly SessionHealth[];
  lastError(): string | null;
  /** deliver_sm that were neither a readable receipt nor a message; acknowledged, so that they do not come back. */
  unreadableCount(): number;
};

const defaultWireTimeoutMs = 60_000;

type Context = {
  readonly options: SmppConnectorOptions;
  readonly lines: Lines;
  readonly wireTimeoutMs: number;
  concatenation: number;
};

/** Connects at once and stays bound; see {@link manageLines}. */
export function createSmppConnector(options: SmppConnectorOptions): SmppConnector {
  let unreadable = 0;
  const lines = manageLines({
    bindMode: options.bindMode ?? "transceiver",
    sessions: options.sessions ?? 1,
    window: options.window,
    ratePerSecond: options.ratePerSecond,
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
    lines,
    wireTimeoutMs: options.wireTimeoutMs ?? defaultWireTimeoutMs,
    concatenation: Math.floor(Math.random() * 0x10000),
  };
  return {
    capabilities: { channel: "sms", dedupe: "none", correlate: false, query: false },
    state: lines.state,
    isListening: lines.isListening,
    sessions: lines.sessions,
    lastError: lines.lastError,
    unreadableCount: () => unreadable,
    send(request, canStillSend) {
      if (request.content.channel !== "sms") throw new Error(`not an SMS: ${request.content.channel}`);
      return sendSms(context, request, request.content, canStillSend);
    },
    close: lines.close,
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
  const { alphabet = "gsm7", longMessages = "udh8", smartEncoding = false } = context.options;
  const text = encodeText(content.text, { alphabet, longMessages, smartEncoding });
  if (text.parts.length === 0 || text.segments > MAX_SMS_PARTS) {
    const detail = text.parts.length === 0 ? "the text is empty" : `more than ${MAX_SMS_PARTS} parts`;
    return { kind: "refused", code: "bad_text", detail, carrierIds: [], raw: "" };
  }
  const deadlineMs = performance.now() + context.wireTimeoutMs;
  const taken: Taken = { carrierIds: [], raw: [] };
  const line = await context.lines.take(context.wireTimeoutMs);
  if (line === null) {
    const why = context.lines.lastError() ?? "the session is not bound";
    return nothingLeft(taken, "session_down", why, context.lines.retryInMs());
  }
  try {
    for (const fields of submitsOf(context, request.to, content.validitySeconds, text)) {
      const failed = await sendPart(context, line, fields, deadlineMs, taken, canStillSend);
      if (failed !== null) return failed;
    }
  } finally {
    leaveLine(line);
  }
  const { carrierIds, raw } = taken;
  return { kind: "accepted", carrierIds, segments: text.segments, raw: raw.join("\n") };
}

/** One submit_sm for each part. The 8-bit reference is the lower half of the counter, so that it too repeats as late as it can. */
function submitsOf(
  context: Context,
  to: string,
  validitySeconds: number | null,
  text: EncodedText,
): readonly Record<string, unknown>[] {
  const { options } = context;
  const { length: total } = text.parts;
  context.concatenation = (context.concatenation + 1) % 0x10000;
  const { concatenation: reference } = context;
  const width = options.longMessages === "udh16" ? "udh16" : "udh8";
  return text.parts.map((payload, index) =>
    buildSubmit({
      sourceAddr: options.sourceAddr,
      sourceTon: options.sourceTon ?? null,
      sourceNpi: options.sourceNpi ?? null,
      destinationTon: options.destinationTon ?? 1,
      destinationNpi: options.destinationNpi ?? 1,
      to,
      payload,
      isCutByCarrier: text.segments > total,
      dataCoding: text.dataCoding,
      validitySeconds,
      part: total === 1 ? null : { width, reference, total, sequence: index + 1 },
    }),
  );
}

/** What found its place in the last moment could only end as unknown: free to retry is better than that. */
function timeForAnswerMs({ wireTimeoutMs }: Context): number {
  return Math.min(2_000, wireTimeoutMs / 4);
}

type Taken = { readonly carrierIds: string[]; readonly raw: string[] };

/** Null: the part was taken and its id is noted. Else the outcome of the whole message. */
async function sendPart(
  context: Context,
  line: Line,
  fields: Readonly<Record<string, unknown>>,
  deadlineMs: number,
  taken: Taken,
  canStillSend: () => boolean,
): Promise<SendOutcome | null> {
  const { link, flow } = line;
  if (!(await link.waitUntilBound(deadlineMs - performance.now()))) {
    return nothingLeft(taken, "session_down", link.lastError() ?? "the session is not bound", link.retryInMs());
  }
  const isFirst = taken.carrierIds.length === 0;
  const leave = await flow.enter(isFirst ? deadlineMs - timeForAnswerMs(context) : deadlineMs);
  if (leave === null) return nothingLeft(taken, "window_full", "no place in the window in time", null);
  try {
    // Only before the first part: a message half sent is better completed.
    if (isFirst && !canStillSend()) {
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
    return nothingLeft(taken, "session_down", "the session is not bound", context.lines.retryInMs());
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
