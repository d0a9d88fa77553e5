import type { Pdu } from "smpp";
import { limitFlow, type FlowLimit } from "./limit-flow";
import {
  manageSmppSession,
  type LinkState,
  type SmppLink,
  type SmppLinkOptions,
  type SmppRole,
} from "./manage-session";

/** A session that submits, with the window that the carrier gives each. */
export type Line = { readonly link: SmppLink; readonly flow: FlowLimit; busy: number };

export type SessionHealth = {
  readonly role: SmppRole;
  readonly state: LinkState;
  readonly lastError: string | null;
};

export type LinesOptions = Omit<SmppLinkOptions, "role" | "onDeliver"> & {
  readonly bindMode: "transceiver" | "transmitter_receiver";
  /** Sessions of each role. */
  readonly sessions: number;
  readonly window: number;
  /** Of the whole connection. */
  readonly ratePerSecond: number;
  readonly onDeliver: (pdu: Pdu) => Promise<void>;
};

/** The sessions of one connection. A message keeps to the session it began on: what a lost one took is never sent by another. */
export type Lines = {
  /**
   * Takes a place on the bound session with the fewest under way, to be given back by {@link leaveLine}; waits only while one is
   * being bound. Null: none in time.
   */
  take(timeoutMs: number): Promise<Line | null>;
  /** Whether a submit could leave right now. */
  state(): LinkState;
  /** Whether receipts can come in right now. */
  isListening(): boolean;
  lastError(): string | null;
  retryInMs(): number;
  sessions(): readonly SessionHealth[];
  close(graceMs: number): Promise<void>;
};

export function manageLines(options: LinesOptions): Lines {
  const open = (role: SmppRole): SmppLink[] =>
    Array.from({ length: options.sessions }, () => manageSmppSession({ ...options, role }));
  const isSplit = options.bindMode === "transmitter_receiver";
  const submitting = open(isSplit ? "transmitter" : "transceiver");
  const receiving = isSplit ? open("receiver") : submitting;
  const lines = submitting.map((link): Line => {
    const flow = limitFlow(options.window, options.ratePerSecond / options.sessions, () => performance.now());
    return { link, flow, busy: 0 };
  });
  const all = isSplit ? [...submitting, ...receiving] : submitting;
  const roleOf = (link: SmppLink): SmppRole =>
    !isSplit ? "transceiver" : submitting.includes(link) ? "transmitter" : "receiver";
  return {
    take: (timeoutMs) => takeLine(lines, timeoutMs),
    state: () => bestState(submitting),
    isListening: () => receiving.some((link) => link.state() === "bound"),
    lastError: () => all.map((link) => link.lastError()).find((error) => error !== null) ?? null,
    retryInMs: () => Math.min(...submitting.map((link) => link.retryInMs())),
    sessions: () => all.map((link) => ({ role: roleOf(link), state: link.state(), lastError: link.lastError() })),
    async close(graceMs) {
      // Receivers last, so that the receipts of what is still under way are taken.
      await Promise.all(submitting.map((link) => link.close(graceMs)));
      if (isSplit) await Promise.all(receiving.map((link) => link.close(graceMs)));
    },
  };
}

function bestState(links: readonly SmppLink[]): LinkState {
  const states = links.map((link) => link.state());
  return states.includes("bound") ? "bound" : states.includes("connecting") ? "connecting" : "down";
}

async function takeLine(lines: readonly Line[], timeoutMs: number): Promise<Line | null> {
  const ready = takeLeastBusy(lines);
  if (ready !== null) return ready;
  const waits = lines.map(async (line) => {
    if (!(await line.link.waitUntilBound(timeoutMs))) throw new Error("not bound");
  });
  await Promise.any(waits).catch(() => undefined);
  return takeLeastBusy(lines);
}

/** Chosen and counted in one step, so that many sends at once spread. */
function takeLeastBusy(lines: readonly Line[]): Line | null {
  let best: Line | null = null;
  for (const line of lines) {
    if (line.link.state() === "bound" && (best === null || line.busy < best.busy)) best = line;
  }
  if (best !== null) best.busy += 1;
  return best;
}

export function leaveLine(line: Line): void {
  line.busy -= 1;
}
