import type { AuditInput } from "../../audit/record-audit";
import { uuidOf } from "./draw";
import { POLICY_CHANGED, SWITCHED_ON } from "./history-plan";
import type { History } from "./tell-history";

export type AuditEvent = {
  readonly atMs: number;
  readonly by: "admin" | "marketer" | "import" | "dispatch";
  readonly entry: AuditInput;
};

/** What people did during the month, oldest first, in the words of the use cases that record it. */
export function tellAudit(history: History, apiKeyPrefix: string): readonly AuditEvent[] {
  const { clock } = history;
  const events: AuditEvent[] = [
    {
      atMs: clock.at(33, 10, 12),
      by: "admin",
      entry: {
        action: "api_key.created",
        target: history.apiKeyId,
        detail: { name: API_KEY_NAME, prefix: apiKeyPrefix },
      },
    },
    { atMs: clock.at(...SWITCHED_ON), by: "admin", entry: { action: "fallback.turned_on" } },
    {
      atMs: clock.at(...POLICY_CHANGED),
      by: "admin",
      entry: {
        action: "fallback.policy_changed",
        detail: { authenticationS: 20, utilityS: 45, marketingS: 90, unknownIsUndelivered: false },
      },
    },
    {
      atMs: clock.untilMs,
      by: "admin",
      entry: {
        action: "api_key.revoked",
        target: history.apiKeyId,
        detail: { name: API_KEY_NAME, prefix: apiKeyPrefix },
      },
    },
    ...history.templates.map((template): AuditEvent => ({
      atMs: clock.at(template.daysAgo, template.hour),
      by: "marketer",
      entry: { action: "template.created", target: template.id, detail: { name: template.name } },
    })),
    ...importEvents(history),
    ...campaignEvents(history),
    ...optOutEvents(history),
  ];
  return events.filter(({ atMs }) => atMs <= clock.nowMs).sort((a, b) => a.atMs - b.atMs);
}

export const API_KEY_NAME = "Core banking";

function importEvents(history: History): AuditEvent[] {
  return history.imports.flatMap((one): AuditEvent[] => {
    const refused = one.issues.filter((issue) => issue.kind === "refused").length;
    const { imported, updated } = one;
    const duplicates = one.issues.length - refused;
    return [
      {
        atMs: one.atMs - 24_000,
        by: "marketer",
        entry: { action: "import.started", target: one.id, detail: { file: one.fileName, rows: one.totalRows } },
      },
      {
        atMs: one.atMs,
        by: "import",
        entry: {
          action: "import.completed",
          target: one.id,
          detail: { audience: one.audience.id, imported, updated, duplicates, refused },
        },
      },
    ];
  });
}

function campaignEvents(history: History): AuditEvent[] {
  return history.campaigns.flatMap((campaign): AuditEvent[] => {
    const { id, name, status } = campaign;
    const event = (atMs: number, entry: AuditInput): AuditEvent => ({ atMs, by: "marketer", entry });
    const finished: AuditEvent[] =
      status !== "completed" || campaign.finishedAtMs === null
        ? []
        : [{ atMs: campaign.finishedAtMs, by: "dispatch", entry: { action: "campaign.completed", target: id } }];
    const stopped =
      campaign.stoppedAtMs === null ? [] : [event(campaign.stoppedAtMs, { action: `campaign.${status}`, target: id })];
    return [
      event(campaign.createdAtMs, { action: "campaign.created", target: id, detail: { name } }),
      event(campaign.launchedAtMs, { action: "campaign.launched", target: id, detail: { name } }),
      ...stopped,
      ...finished,
    ];
  });
}

/** Opt-outs that people asked for on the phone; the first was taken back. */
export function manualOptOuts(history: History): readonly {
  readonly id: string;
  readonly contactId: string;
  readonly e164: string;
  readonly atMs: number;
  readonly liftedAtMs: number | null;
}[] {
  const taken = new Set(history.suppressions.map(({ e164 }) => e164));
  const free = history.contacts.filter(({ e164 }) => !taken.has(e164));
  return [free[11], free[37]].flatMap((contact, i) => {
    if (contact === undefined) return [];
    // After the last campaign, so that none of them wrote to a person who had said no.
    const atMs = history.clock.at(1, 18, 20 + i * 9);
    if (atMs > history.clock.untilMs) return [];
    const id = uuidOf(`${history.seed}:opt-out:${i}`);
    return [{ id, contactId: contact.id, e164: contact.e164, atMs, liftedAtMs: i === 0 ? atMs + 260_000 : null }];
  });
}

export const LIFTED_BECAUSE = "Asked to be written to again, by phone";

function optOutEvents(history: History): AuditEvent[] {
  return manualOptOuts(history).flatMap((one): AuditEvent[] => [
    {
      atMs: one.atMs,
      by: "admin",
      entry: { action: "contact.opted_out", target: one.contactId, detail: { channel: null, category: "marketing" } },
    },
    ...(one.liftedAtMs === null
      ? []
      : [{ atMs: one.liftedAtMs, by: "admin" as const, entry: { action: "contact.opt_out_lifted", target: one.id } }]),
  ]);
}
