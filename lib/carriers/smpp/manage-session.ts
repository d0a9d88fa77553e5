import { isIP } from "node:net";
import smpp, { type ConnectOptions, type Pdu, type Session } from "smpp";
import { gatherWrites } from "../wire/gather-writes";
import { refuseShortPdus } from "./refuse-short-pdus";

export type LinkState = "bound" | "connecting" | "down";

export type SubmitResult =
  | { readonly kind: "response"; readonly status: number; readonly messageId: string }
  /** Nothing was written: there was no bound session. */
  | { readonly kind: "not_bound" }
  /** Written, and the answer did not come: the carrier may or may not have it. */
  | { readonly kind: "timeout" | "session_lost" };

export type SmppLink = {
  state(): LinkState;
  /** Why the link was last lost or could not be made; null once bound. */
  lastError(): string | null;
  /** Milliseconds until the next attempt to connect, when down. */
  retryInMs(): number;
  /** Waits only while a connection is being made; false when it fails or the time is over. */
  waitUntilBound(timeoutMs: number): Promise<boolean>;
  submit(fields: Readonly<Record<string, unknown>>, timeoutMs: number): Promise<SubmitResult>;
  close(graceMs: number): Promise<void>;
};

/** What a session is bound for: sending, taking receipts and messages, or both. */
export type SmppRole = "transceiver" | "transmitter" | "receiver";

export type SmppTls = {
  /** Name that the certificate must bear; null: the host, where that is no IP address. */
  readonly servername: string | null;
  /** PEM of the authority, or of the very certificate, to trust in place of the usual ones. */
  readonly ca: string | null;
};

export type SmppLinkOptions = {
  readonly role: SmppRole;
  readonly host: string;
  readonly port: number;
  /** Null: in the clear. A certificate that cannot be verified is always refused. */
  readonly tls: SmppTls | null;
  readonly systemId: string;
  readonly password: string;
  readonly systemType: string;
  readonly enquireLinkMs: number;
  readonly bindTimeoutMs: number;
  readonly reconnectMinMs: number;
  readonly reconnectMaxMs: number;
  /** The deliver_sm is answered when this has resolved; a rejection makes the carrier send it again. */
  readonly onDeliver: (pdu: Pdu) => Promise<void>;
};

/** 0x34: SMPP 3.4. The package's own default says 5.0. */
const interfaceVersion = 0x34;
const esmeROk = 0x00;
/** "ESME receiver temporary app error": the carrier keeps the deliver_sm and tries again. */
const esmeRxTemporary = 0x64;
const maxEnquireAnswerMs = 10_000;
/** Time for the answer where a submit has just gone without one. */
const doubtfulAnswerMs = 3_000;

type LinkContext = {
  readonly options: SmppLinkOptions;
  state: LinkState;
  lastError: string | null;
  session: Session | null;
  attempt: number;
  retryAtMs: number;
  closed: boolean;
  /** A check of the session is under way, because a submit had no answer. */
  isDoubted: boolean;
  reconnectTimer: NodeJS.Timeout | null;
  readonly outstanding: Set<(result: SubmitResult) => void>;
  readonly waiters: Set<(bound: boolean) => void>;
};

/**
 * Keeps one session bound: enquire_link, reconnect with backoff, and an end for every submit.
 *
 * Connecting starts at once. A session that dies ends all its outstanding submits as `session_lost`; they are
 * never sent again from here.
 */
export function manageSmppSession(options: SmppLinkOptions): SmppLink {
  const link: LinkContext = {
    options,
    state: "connecting",
    lastError: null,
    session: null,
    attempt: 0,
    retryAtMs: 0,
    closed: false,
    isDoubted: false,
    reconnectTimer: null,
    outstanding: new Set(),
    waiters: new Set(),
  };
  refuseShortPdus();
  connect(link);
  return {
    state: () => link.state,
    lastError: () => link.lastError,
    retryInMs: () => (link.state === "down" ? Math.max(0, Math.ceil(link.retryAtMs - performance.now())) : 0),
    waitUntilBound: (timeoutMs) => waitUntilBound(link, timeoutMs),
    submit: (fields, timeoutMs) => submit(link, fields, timeoutMs),
    close: (graceMs) => closeLink(link, graceMs),
  };
}

function connect(link: LinkContext): void {
  const { options } = link;
  link.state = "connecting";
  link.reconnectTimer = null;
  const session = smpp.connect({ host: options.host, port: options.port, ...tlsFields(options) });
  gatherWrites(session.socket);
  link.session = session;
  let failure: string | null = null;
  const bindTimer = setTimeout(() => {
    failure = "no bind within the time given";
    session.destroy();
  }, options.bindTimeoutMs);
  session.on("error", (error: Error) => {
    failure ??= error.message || String(error);
    session.destroy();
  });
  session.on("close", () => {
    clearTimeout(bindTimer);
    lose(link, session, failure ?? "the carrier closed the session");
  });
  session.on(options.tls === null ? "connect" : "secureConnect", () => {
    session.socket.setNoDelay(true);
    session[BIND[options.role]](bindFields(options), (pdu) => {
      clearTimeout(bindTimer);
      if (pdu.command_status === esmeROk) return bound(link, session);
      failure = `bind refused with ${formatStatus(pdu.command_status)}`;
      session.destroy();
    });
  });
  answerCarrier(link, session);
}

export const BIND = {
  transceiver: "bind_transceiver",
  transmitter: "bind_transmitter",
  receiver: "bind_receiver",
} as const satisfies Record<SmppRole, string>;

export function tlsFields({
  host,
  tls,
}: Pick<SmppLinkOptions, "host" | "tls">): Pick<ConnectOptions, "tls" | "servername" | "ca"> {
  if (tls === null) return { tls: false };
  const servername = tls.servername ?? (isIP(host) === 0 ? host : null);
  return {
    tls: true,
    ...(servername === null ? {} : { servername }),
    ...(tls.ca === null ? {} : { ca: tls.ca }),
  };
}

export function bindFields(
  options: Pick<SmppLinkOptions, "systemId" | "password" | "systemType">,
): Record<string, unknown> {
  return {
    system_id: options.systemId,
    password: options.password,
    system_type: options.systemType,
    interface_version: interfaceVersion,
  };
}

/** What the carrier asks of us on its own: link checks, receipts and inbound messages, goodbye. */
function answerCarrier(link: LinkContext, session: Session): void {
  session.on("enquire_link", (pdu: Pdu) => session.send(pdu.response()));
  session.on("unknown", (pdu: Pdu) => {
    if (!pdu.isResponse()) session.send(pdu.response());
  });
  session.on("unbind", (pdu: Pdu) => {
    session.send(pdu.response());
    session.close();
  });
  const deliver = (pdu: Pdu): void => {
    const reply = (status: number): void => void session.send(pdu.response({ command_status: status }));
    Promise.resolve()
      .then(() => link.options.onDeliver(pdu))
      .then(
        () => reply(esmeROk),
        () => reply(esmeRxTemporary),
      );
  };
  session.on("deliver_sm", deliver);
  session.on("data_sm", deliver);
}

function bound(link: LinkContext, session: Session): void {
  if (link.session !== session) return;
  link.state = "bound";
  link.lastError = null;
  link.attempt = 0;
  settleWaiters(link, true);
  const timer = setInterval(() => enquire(link, session, maxEnquireAnswerMs), link.options.enquireLinkMs);
  timer.unref();
  session.on("close", () => clearInterval(timer));
}

/** Asks whether anybody is still there; no answer in time ends the session. */
function enquire(link: LinkContext, session: Session, answerMs: number, onAnswer?: () => void): void {
  const overdue = setTimeout(() => session.destroy(), Math.min(link.options.enquireLinkMs, answerMs));
  overdue.unref();
  session.enquire_link({}, () => {
    clearTimeout(overdue);
    onAnswer?.();
  });
}

/**
 * A submit without an answer may be one that the carrier forgot, or the first sign that the network has forgotten the session. Asked at
 * once, and once at a time, so that a dead session costs the sends of seconds and not those until the next regular check.
 */
function doubt(link: LinkContext, session: Session): void {
  if (link.session !== session || link.isDoubted) return;
  link.isDoubted = true;
  enquire(link, session, doubtfulAnswerMs, () => {
    link.isDoubted = false;
  });
}

function lose(link: LinkContext, session: Session, why: string): void {
  if (link.session !== session) return;
  link.session = null;
  link.isDoubted = false;
  link.state = "down";
  link.lastError = link.closed ? null : why;
  for (const end of [...link.outstanding]) end({ kind: "session_lost" });
  settleWaiters(link, false);
  if (link.closed) return;
  const { reconnectMinMs, reconnectMaxMs } = link.options;
  const ceilingMs = Math.min(reconnectMaxMs, reconnectMinMs * 2 ** Math.min(link.attempt, 16));
  link.attempt += 1;
  // Half of it by chance, so that many workers do not come back in the same instant.
  const delayMs = ceilingMs / 2 + (Math.random() * ceilingMs) / 2;
  link.retryAtMs = performance.now() + delayMs;
  link.reconnectTimer = setTimeout(() => connect(link), delayMs);
}

function settleWaiters(link: LinkContext, isBound: boolean): void {
  for (const settle of [...link.waiters]) settle(isBound);
}

function waitUntilBound(link: LinkContext, timeoutMs: number): Promise<boolean> {
  if (link.state === "bound") return Promise.resolve(true);
  if (link.state === "down" || timeoutMs <= 0) return Promise.resolve(false);
  return new Promise((resolve) => {
    const settle = (isBound: boolean): void => {
      clearTimeout(timer);
      link.waiters.delete(settle);
      resolve(isBound);
    };
    const timer = setTimeout(() => settle(false), timeoutMs);
    link.waiters.add(settle);
  });
}

function submit(
  link: LinkContext,
  fields: Readonly<Record<string, unknown>>,
  timeoutMs: number,
): Promise<SubmitResult> {
  const session = link.session;
  if (session === null || link.state !== "bound" || link.closed) return Promise.resolve({ kind: "not_bound" });
  return new Promise((resolve) => {
    const end = (result: SubmitResult): void => {
      clearTimeout(timer);
      link.outstanding.delete(end);
      resolve(result);
    };
    const timer = setTimeout(() => {
      end({ kind: "timeout" });
      doubt(link, session);
    }, timeoutMs);
    link.outstanding.add(end);
    const written = session.submit_sm(fields, (pdu) =>
      end({ kind: "response", status: pdu.command_status, messageId: pdu.message_id ?? "" }),
    );
    if (!written) end({ kind: "not_bound" });
  });
}

/** Lets what is under way end, says goodbye, and cuts the line when nobody answers. */
async function closeLink(link: LinkContext, graceMs: number): Promise<void> {
  link.closed = true;
  if (link.reconnectTimer !== null) clearTimeout(link.reconnectTimer);
  settleWaiters(link, false);
  const session = link.session;
  if (session === null) return;
  const deadlineMs = performance.now() + graceMs;
  while (link.outstanding.size > 0 && link.session === session && performance.now() < deadlineMs) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  await new Promise<void>((resolve) => {
    const timer = setTimeout(() => session.destroy(), Math.max(100, Math.min(1_000, graceMs)));
    session.on("close", () => {
      clearTimeout(timer);
      resolve();
    });
    if (link.session !== session) return resolve();
    if (link.state !== "bound" || !session.unbind({}, () => session.close())) session.destroy();
  });
}

/** "0x00000058", as carriers print it. */
export function formatStatus(status: number): string {
  return `0x${status.toString(16).toUpperCase().padStart(8, "0")}`;
}
