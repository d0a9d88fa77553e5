import smpp, { type Pdu, type Session } from "smpp";
import { faulty } from "@/lib/carriers/wire/ask-once";
import type { LinkReason, LinkVerdict } from "@/lib/domain/connection/link-verdict";
import { BIND, bindFields, formatStatus, tlsFields, type SmppRole, type SmppTls } from "./manage-session";

export type SmppCheck = {
  readonly host: string;
  readonly port: number;
  readonly tls: SmppTls | null;
  readonly systemId: string;
  readonly password: string;
  readonly systemType: string;
  readonly bindMode: "transceiver" | "transmitter_receiver";
  readonly wireTimeoutMs: number;
};

/** Binds as the connection would, asks whether the session lives, and says goodbye. Nothing is submitted. */
export async function checkSmppLink(check: SmppCheck): Promise<LinkVerdict> {
  const roles: readonly SmppRole[] = check.bindMode === "transceiver" ? ["transceiver"] : ["transmitter", "receiver"];
  for (const role of roles) {
    const verdict = await bindOnce(check, role);
    if (verdict.state !== "works") return verdict;
  }
  return { state: "works", reason: "fine", code: null, detail: null };
}

/** "ESME receiver temporary app error": the carrier keeps what it wanted to deliver for the session that does the work. */
const KEEP_IT = 0x64;

function bindOnce(check: SmppCheck, role: SmppRole): Promise<LinkVerdict> {
  return new Promise((resolve) => {
    const session = smpp.connect({ host: check.host, port: check.port, ...tlsFields(check) });
    const settle = (verdict: LinkVerdict): void => {
      clearTimeout(timer);
      session.destroy();
      resolve(verdict);
    };
    const timer = setTimeout(() => settle(faulty("timeout", "timeout", null)), check.wireTimeoutMs);
    session.on("error", (error: Error & { code?: string }) =>
      settle(faulty(reasonOfError(error), null, error.message)),
    );
    session.on("close", () => settle(faulty("lost", "session_lost", null)));
    const keep = (pdu: Pdu): void => void session.send(pdu.response({ command_status: KEEP_IT }));
    session.on("deliver_sm", keep);
    session.on("data_sm", keep);
    session.on(check.tls === null ? "connect" : "secureConnect", () => {
      session[BIND[role]](bindFields(check), (pdu) => {
        if (pdu.command_status === 0) return askAlive(session, settle);
        settle(faulty(reasonOfStatus(pdu.command_status), formatStatus(pdu.command_status), null));
      });
    });
  });
}

function askAlive(session: Session, settle: (verdict: LinkVerdict) => void): void {
  const fine: LinkVerdict = { state: "works", reason: "fine", code: null, detail: null };
  session.enquire_link({}, () => {
    // Goodbye is a courtesy: without its answer the link works all the same.
    const bye = setTimeout(() => settle(fine), 500);
    session.unbind({}, () => {
      clearTimeout(bye);
      settle(fine);
    });
  });
}

/** 0x0E and 0x0F name the culprit; 0x0D says only that the bind failed, for which too many sessions are as likely a cause as the password. */
function reasonOfStatus(status: number): LinkReason {
  if (status === 0x0e || status === 0x0f) return "wrong_password";
  if (status === 0x0d || status === 0x05) return "no_more_sessions";
  if (status === 0x58 || status === 0x14) return "busy";
  return status === 0x08 ? "carrier_fault" : "other";
}

function reasonOfError(error: { readonly code?: string; readonly message: string }): LinkReason {
  const code = error.code ?? "";
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return "dns";
  if (code === "ETIMEDOUT" || code === "EHOSTUNREACH" || code === "ENETUNREACH") return "timeout";
  if (/CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO_|EPROTO/.test(code)) return "tls";
  if (code === "ECONNREFUSED") return "refused";
  return code === "ECONNRESET" || code === "EPIPE" ? "lost" : "not_carrier";
}
