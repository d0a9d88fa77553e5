import smpp, { type Pdu, type Server, type Session } from "smpp";
import { refuseShortPdus } from "@/lib/carriers/smpp/refuse-short-pdus";
import { gatherWrites } from "@/lib/carriers/wire/gather-writes";
import { isCarrierDown, type Core, type Notifier } from "../core";
import { handleSubmit } from "./handle-submit";
import { notifySmpp, type SmppNotifier } from "./notify-smpp";

export type Smsc = {
  readonly server: Server;
  readonly notifier: Notifier;
  /** System ids with a session that takes receipts. */
  boundSystemIds(): readonly string[];
  /** Cuts the sessions of these system ids without a word, as a line that fails does; gives back how many. */
  dropSessions(isMeant: (systemId: string) => boolean): number;
  stop(): Promise<void>;
};

export const esme = {
  ok: 0x00,
  invalidMessageLength: 0x01,
  invalidBindStatus: 0x04,
  alreadyBound: 0x05,
  systemError: 0x08,
  invalidSource: 0x0a,
  invalidDestination: 0x0b,
  invalidPassword: 0x0e,
  invalidSystemId: 0x0f,
  throttled: 0x58,
} as const;

/** A session that says nothing for this long is cut, as carriers do; clients check the link every 30 s. */
const idleMs = 120_000;

/** An SMSC over SMPP 3.4. Listening is the caller's. */
export function serveSmsc(core: Core): Smsc {
  refuseShortPdus();
  const notifier = notifySmpp(core);
  const bound = new Map<Session, string>();
  const server = smpp.createServer((session) => serveSession(core, notifier, bound, session));
  return {
    server,
    notifier,
    boundSystemIds: notifier.boundSystemIds,
    dropSessions(isMeant) {
      const meant = [...bound].filter(([, systemId]) => isMeant(systemId));
      for (const [session] of meant) session.destroy();
      return meant.length;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const session of [...server.sessions]) session.destroy();
      }),
  };
}

type Binding = { readonly systemId: string; readonly submits: boolean; readonly receives: boolean };

function serveSession(core: Core, notifier: SmppNotifier, bound: Map<Session, string>, session: Session): void {
  let binding: Binding | null = null;
  session.socket.setNoDelay(true);
  gatherWrites(session.socket);
  session.socket.setTimeout(idleMs, () => session.destroy());
  // A PDU that cannot be read leaves the stream without a beginning: nothing after it can be trusted.
  session.on("error", () => session.destroy());
  session.on("close", () => {
    bound.delete(session);
    if (binding) notifier.detach(session);
  });
  session.on("enquire_link", (pdu: Pdu) => session.send(pdu.response()));
  session.on("unknown", (pdu: Pdu) => {
    if (!pdu.isResponse()) session.send(pdu.response());
  });
  session.on("unbind", (pdu: Pdu) => {
    session.send(pdu.response());
    session.close();
  });
  const bind = (roles: Omit<Binding, "systemId">) => (pdu: Pdu) => {
    const status = binding === null ? checkBind(core, pdu) : esme.alreadyBound;
    session.send(pdu.response({ command_status: status, system_id: "kamurj-smsc" }));
    if (status !== esme.ok) {
      if (binding === null) session.close();
      return;
    }
    binding = { systemId: pdu.system_id ?? "", ...roles };
    bound.set(session, binding.systemId);
    if (roles.receives) notifier.attach(binding.systemId, session);
  };
  session.on("bind_transceiver", bind({ submits: true, receives: true }));
  session.on("bind_transmitter", bind({ submits: true, receives: false }));
  session.on("bind_receiver", bind({ submits: false, receives: true }));
  session.on("submit_sm", (pdu: Pdu) => {
    if (binding?.submits) handleSubmit(core, binding.systemId, session, pdu);
    else session.send(pdu.response({ command_status: esme.invalidBindStatus }));
  });
}

function checkBind(core: Core, pdu: Pdu): number {
  const subscription = core.subscriptions.smpp(pdu.system_id ?? "");
  if (isCarrierDown(core, "sms", pdu.system_id ?? "")) return esme.systemError;
  if (subscription === null) return esme.invalidSystemId;
  return subscription.password === (pdu.password ?? "") ? esme.ok : esme.invalidPassword;
}
