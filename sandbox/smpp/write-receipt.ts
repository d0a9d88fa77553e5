import type { LedgerEntry } from "../ledger/ledger-entry";
import type { ReceiptKind } from "../scenarios/plan-behaviour";

const states: Readonly<Record<ReceiptKind, { readonly name: string; readonly number: number }>> = {
  sent: { name: "ENROUTE", number: 1 },
  delivered: { name: "DELIVRD", number: 2 },
  read: { name: "DELIVRD", number: 2 },
  failed: { name: "UNDELIV", number: 5 },
  expired: { name: "EXPIRED", number: 3 },
};
const numbers: Readonly<Record<string, number>> = { REJECTD: 8, UNDELIV: 5, DELETED: 4, EXPIRED: 3 };

const finalReceipt = 0x04;
const intermediate = 0x20;
const gsmNetwork = 0x03;

/**
 * A deliver_sm with the receipt. Three of four have TLVs and text; every fourth has text only, in the long
 * spelling (seconds in the dates, another order), since carriers differ and clients must read both.
 */
export function writeReceipt(entry: LedgerEntry, index: number): Record<string, unknown> {
  const receipt = entry.receipts[index];
  const kind = receipt?.kind ?? "delivered";
  const [name = states[kind].name, error = "000"] = receipt?.code?.split(":") ?? [];
  const isPlain = entry.seq % 4 === 0;
  const dates = { submit: formatDate(entry.atMs, isPlain), done: formatDate(receipt?.dueMs ?? entry.atMs, isPlain) };
  return {
    source_addr_ton: 1,
    source_addr_npi: 1,
    source_addr: entry.to.slice(1),
    destination_addr: entry.from ?? "",
    esm_class: kind === "sent" ? intermediate : finalReceipt,
    data_coding: 0,
    short_message: Buffer.from(isPlain ? plainText(entry, name, error, dates) : bookText(entry, name, error, dates)),
    ...(isPlain
      ? {}
      : {
          receipted_message_id: entry.receiptId,
          message_state: numbers[name] ?? states[kind].number,
          network_error_code: Buffer.from([gsmNetwork, 0, Number(error) & 0xff]),
        }),
  };
}

type Dates = { readonly submit: string; readonly done: string };

/** Appendix B of SMPP 3.4. */
function bookText(entry: LedgerEntry, name: string, error: string, dates: Dates): string {
  const delivered = name === "DELIVRD" ? "001" : "000";
  return `id:${entry.receiptId} sub:001 dlvrd:${delivered} submit date:${dates.submit} done date:${dates.done} stat:${name} err:${error} text:${excerpt(entry)}`;
}

function plainText(entry: LedgerEntry, name: string, error: string, dates: Dates): string {
  return `ID: ${entry.receiptId} Submit Date: ${dates.submit} Done Date: ${dates.done} Stat: ${name} Err: ${error} Text: ${excerpt(entry)}`;
}

function excerpt(entry: LedgerEntry): string {
  return entry.text.slice(0, 20).replace(/[^\x20-\x7e]/g, ".");
}

/** YYMMDDhhmm or YYMMDDhhmmss, UTC. */
function formatDate(ms: number, withSeconds: boolean): string {
  const digits = new Date(ms).toISOString().replace(/\D/g, "");
  return digits.slice(2, withSeconds ? 14 : 12);
}
