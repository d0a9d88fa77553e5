import type { Session } from "smpp";
import { concatenationHeader } from "@/lib/carriers/smpp/encode-part";
import { acknowledgeReceipt, type Core, type Notifier } from "../core";
import type { LedgerEntry } from "../ledger/ledger-entry";
import { createQueue, type Queue } from "../receipts/queue";
import { writeReceipt } from "./write-receipt";

export type SmppNotifier = Notifier & {
  attach(systemId: string, session: Session): void;
  detach(session: Session): void;
  boundSystemIds(): readonly string[];
};

const answerTimeoutMs = 30_000;
const retryMs = 500;
const maxRetryMs = 10_000;
const udhIndicator = 0x40;

type Job = {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly receipt: { readonly entry: LedgerEntry; readonly index: number } | null;
};
type Bound = { readonly session: Session; readonly outstanding: Set<Job> };
type Line = {
  readonly queue: Queue<Job>;
  readonly bound: Bound[];
  failures: number;
  pause: NodeJS.Timeout | null;
};

/**
 * Receipts wait, a queue for each system id, until a session that receives has taken them: answered with
 * ESME_ROK. Refused, unanswered or lost with their session they go again, on any session of the same system id.
 */
export function notifySmpp(core: Core): SmppNotifier {
  const lines = new Map<string, Line>();
  let messagesOfPeople = 0;
  const lineOf = (systemId: string): Line => {
    const line = lines.get(systemId) ?? { queue: createQueue<Job>(), bound: [], failures: 0, pause: null };
    lines.set(systemId, line);
    return line;
  };
  const push = (systemId: string, job: Job): void => {
    const line = lineOf(systemId);
    line.queue.push(job);
    pump(core, line);
  };
  const backlogOf = (line: Line): number =>
    line.queue.size() + line.bound.reduce((sum, bound) => sum + bound.outstanding.size, 0);
  return {
    attach(systemId, session) {
      const line = lineOf(systemId);
      line.bound.push({ session, outstanding: new Set() });
      // After the bind's answer has left.
      setImmediate(() => pump(core, line));
    },
    detach(session) {
      for (const line of lines.values()) detachFrom(core, line, session);
    },
    boundSystemIds: () => [...lines].filter(([, line]) => line.bound.length > 0).map(([systemId]) => systemId),
    notify: (entry, index) =>
      push(entry.connectionId, { fields: writeReceipt(entry, index), receipt: { entry, index } }),
    inbound(systemId, from, text) {
      messagesOfPeople += 1;
      for (const fields of inboundFields(systemId, from, text, messagesOfPeople))
        push(systemId, { fields, receipt: null });
    },
    backlog: () => [...lines.values()].reduce((sum, line) => sum + backlogOf(line), 0),
    clear() {
      for (const line of lines.values()) {
        line.queue.clear();
        for (const bound of line.bound) bound.outstanding.clear();
      }
    },
    stop() {
      for (const line of lines.values()) if (line.pause !== null) clearTimeout(line.pause);
    },
  };
}

/** What one message holds in UCS-2, and a part of a long one beside its header. */
const inboundUnits = { single: 70, joined: 67 } as const;

/** To the account's own name, since the sandbox gives out no numbers; clients such as Kannel refuse a message to nobody. */
function inboundFields(systemId: string, from: string, text: string, nth: number): readonly Record<string, unknown>[] {
  const size = text.length <= inboundUnits.single ? inboundUnits.single : inboundUnits.joined;
  const total = Math.max(1, Math.ceil(text.length / size));
  return Array.from({ length: total }, (_, index) => ({
    source_addr_ton: 1,
    source_addr_npi: 1,
    source_addr: from.replace(/^\+/, ""),
    dest_addr_ton: 5,
    destination_addr: systemId,
    esm_class: total === 1 ? 0 : udhIndicator,
    data_coding: 8,
    short_message: Buffer.concat([
      total === 1 ? Buffer.alloc(0) : concatenationHeader("udh8", nth, total, index + 1),
      Buffer.from(text.slice(index * size, (index + 1) * size), "utf16le").swap16(),
    ]),
  }));
}

function detachFrom(core: Core, line: Line, session: Session): void {
  const at = line.bound.findIndex((bound) => bound.session === session);
  const [gone] = at === -1 ? [] : line.bound.splice(at, 1);
  if (gone === undefined) return;
  for (const job of gone.outstanding) line.queue.push(job);
  gone.outstanding.clear();
  pump(core, line);
}

/** To the session with the most room, as long as there is any. */
function pump(core: Core, line: Line): void {
  while (line.pause === null && line.queue.size() > 0) {
    const bound = line.bound.reduce<Bound | null>(
      (best, next) => (best === null || next.outstanding.size < best.outstanding.size ? next : best),
      null,
    );
    if (bound === null || bound.outstanding.size >= (line.failures > 0 ? 1 : core.settings.smppWindow)) return;
    const [job] = line.queue.take(1);
    if (job !== undefined) deliver(core, line, bound, job);
  }
}

function deliver(core: Core, line: Line, bound: Bound, job: Job): void {
  bound.outstanding.add(job);
  const end = (taken: boolean): void => {
    clearTimeout(timer);
    // Gone already when the session was lost, the ledger reset, or the time over.
    if (!bound.outstanding.delete(job)) return;
    if (taken) {
      line.failures = 0;
      if (job.receipt !== null) acknowledgeReceipt(core, job.receipt.entry, job.receipt.index);
    } else {
      line.queue.push(job);
      pauseLine(core, line);
    }
    pump(core, line);
  };
  const timer = setTimeout(() => end(false), answerTimeoutMs);
  timer.unref();
  // The package fills PDUs in place, so each try gets its own fields.
  if (!bound.session.deliver_sm({ ...job.fields }, (answer) => end(answer.command_status === 0))) end(false);
}

function pauseLine(core: Core, line: Line): void {
  if (line.pause !== null) return;
  const waitMs = Math.min(maxRetryMs, retryMs * 2 ** Math.min(line.failures, 10));
  line.failures += 1;
  line.pause = setTimeout(() => {
    line.pause = null;
    pump(core, line);
  }, waitMs);
}
