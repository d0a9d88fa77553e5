import type { Pdu, Session } from "smpp";
import { behaviourFor, countTurnedAway, isThrottled, takeSubmit, uniqueNumber, waitToAnswer, type Core } from "../core";
import type { LedgerEntry } from "../ledger/ledger-entry";
import type { Behaviour } from "../scenarios/plan-behaviour";
import { readShortMessage } from "./read-short-message";
import { esme } from "./serve-smsc";

export function handleSubmit(core: Core, systemId: string, session: Session, pdu: Pdu): void {
  const refuse = (status: number, reason: string): void => {
    countTurnedAway(core, "sms", reason);
    session.send(pdu.response({ command_status: status }));
  };
  const accept = (entry: LedgerEntry): void => {
    session.send(pdu.response({ message_id: entry.carrierId }));
  };
  const destination = (pdu.destination_addr ?? "").replace(/^\+/, "");
  if (!/^[1-9]\d{6,14}$/.test(destination)) return refuse(esme.invalidDestination, "bad_destination");
  if (!pdu.source_addr) return refuse(esme.invalidSource, "bad_source");
  const message = readShortMessage(pdu);
  if (message.isTooLong) return refuse(esme.invalidMessageLength, "bad_length");

  const to = `+${destination}`;
  const behaviour = behaviourFor(core, "sms", systemId, to);
  const take = (): LedgerEntry => {
    const ids = writeIds(core, systemId, behaviour);
    const submit = { channel: "sms" as const, connectionId: systemId, to, from: pdu.source_addr ?? "", ...ids };
    const receipts = pdu.registered_delivery ? behaviour.receipts : [];
    return takeSubmit(
      core,
      { ...submit, reference: null, text: message.text, part: message.part },
      { ...behaviour, receipts },
    );
  };
  switch (behaviour.answer.kind) {
    case "throttle":
      if (isThrottled(core, "sms", to, behaviour.answer.tries)) return refuse(esme.throttled, "throttled");
      break;
    case "error":
      return refuse(esme.systemError, "error_500");
    case "hang": {
      const entry = behaviour.answer.taken ? take() : null;
      if (entry === null) return countTurnedAway(core, "sms", "timeout");
      const timer = setTimeout(() => accept(entry), core.settings.holdMs);
      timer.unref();
      session.on("close", () => clearTimeout(timer));
      return;
    }
    case "down":
      return refuse(esme.systemError, "outage");
    case "take_later": {
      const entry = take();
      void waitToAnswer(core, entry, behaviour.answer.waitMs).then(() => accept(entry));
      return;
    }
  }
  const entry = take();
  core.ledger.written().then(
    () => accept(entry),
    () => refuse(esme.systemError, "no_ledger"),
  );
}

/**
 * In its own way the SMSC writes decimal in both places. Hex ids always hold a letter, so that a client that
 * guesses can guess right; a subscription's `receiptIdFormat` overrules the scenario and makes no such promise. A timed
 * fault overrules both.
 */
function writeIds(core: Core, systemId: string, behaviour: Behaviour): { carrierId: string; receiptId: string } {
  const isForced = behaviour.faults.length > 0 && behaviour.ids !== "own";
  const format = isForced ? "auto" : (core.subscriptions.smpp(systemId)?.receiptIdFormat ?? "auto");
  const number = uniqueNumber(core);
  if (format === "decimal") return { carrierId: number.toString(16), receiptId: number.toString() };
  if (format === "hex") return hexIds(number);
  if (behaviour.ids === "own") return { carrierId: number.toString(), receiptId: number.toString() };
  // The top nibble makes sure of the letter and keeps the number unique.
  const lettered = number | (0xan << 64n);
  if (behaviour.ids === "hex") return hexIds(lettered);
  return { carrierId: lettered.toString(16).toUpperCase(), receiptId: lettered.toString().padStart(24, "0") };
}

function hexIds(number: bigint): { carrierId: string; receiptId: string } {
  return { carrierId: number.toString(16).toUpperCase().padStart(20, "0"), receiptId: number.toString(16) };
}
