import type { Channel } from "@/lib/domain/vocabulary";
import type { ReceiptKind } from "../scenarios/plan-behaviour";
import type { Scenario } from "../scenarios/vocabulary";

export type LedgerReceipt = { readonly kind: ReceiptKind; readonly code: string | null; readonly dueMs: number };

/** One submit that the sandbox has taken. Written before the sender is answered, and never changed. */
export type LedgerEntry = {
  /** 1, 2, 3 … without gaps. */
  readonly seq: number;
  readonly channel: Channel;
  /** Phone number id, service id, system id or account sid. */
  readonly connectionId: string;
  /** The id as the answer to the sender has it. */
  readonly carrierId: string;
  /** The id as receipts have it; differs on SMPP only. */
  readonly receiptId: string;
  /** E.164 with the plus sign. */
  readonly to: string;
  /** The sender that an SMS named; null elsewhere. */
  readonly from: string | null;
  /** The sender's own reference, where the protocol has a field for it. */
  readonly reference: string | null;
  /** What was said, shortened: the text, or the template's name and its parameters. */
  readonly text: string;
  readonly part: { readonly reference: number; readonly total: number; readonly sequence: number } | null;
  /** Where its receipts go, for a message that named an address of its own. */
  readonly callbackUrl?: string;
  readonly atMs: number;
  readonly scenario: Scenario;
  /** The timed faults that it met; missing: none. */
  readonly faults?: readonly string[];
  readonly receipts: readonly LedgerReceipt[];
};

/** As the admin API shows it: with what the receiver has acknowledged. */
export type ListedEntry = Omit<LedgerEntry, "receipts"> & {
  readonly receipts: readonly (LedgerReceipt & { readonly acknowledged: boolean })[];
};

export type LedgerQuery = {
  /** Entries after this seq (ascending), or before it when `newest`. */
  readonly after: number;
  readonly limit: number;
  readonly to: string | null;
  readonly channel: Channel | null;
  /** Only what was sent over these; null: all. */
  readonly connections?: ReadonlySet<string> | null;
  readonly newest: boolean;
};

export type LedgerPage = {
  readonly entries: readonly ListedEntry[];
  /** Pass as `after` for the next page; null at the end. */
  readonly next: number | null;
};

export type LedgerSummary = {
  readonly accepted: number;
  readonly byChannel: Readonly<Record<string, number>>;
  /** Keys are "channel:scenario". */
  readonly byScenario: Readonly<Record<string, number>>;
  readonly receipts: { readonly planned: number; readonly acknowledged: number };
};
