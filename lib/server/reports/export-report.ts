import { deliveryRate, fallbackRate, reached, total, type Figures } from "@/lib/domain/reports/rates";
import type { Report, ReportChart, ReportInput } from "@/lib/schemas/reports";
import type { TenantContext } from "../tenant-context";
import { loadReport } from "./load-report";

type Cell = string | number | null;
type Sheet = { readonly columns: readonly string[]; readonly rows: readonly (readonly Cell[])[] };

/** The rows behind one chart for a spreadsheet or a program: ISO times in UTC, plain decimals, the same names in every language. */
export async function exportReport(
  ctx: TenantContext,
  input: ReportInput & { readonly chart: ReportChart },
): Promise<{ readonly fileName: string; readonly csv: string }> {
  const report = await loadReport(ctx, input);
  const { columns, rows } = SHEETS[input.chart](report);
  const day = report.span.until.slice(0, 10);
  return {
    fileName: `kamurj-${input.chart}-${report.span.range}-${day}.csv`,
    csv: [columns, ...rows].map((row) => `${row.map(toCell).join(",")}\r\n`).join(""),
  };
}

const SHEETS = {
  channels: (report) => ({
    columns: ["from", "recipients", "whatsapp_delivered", "viber_delivered", "sms_delivered"],
    rows: report.buckets.map(({ at, figures }) => [
      at,
      figures.recipients,
      figures.delivered.whatsapp,
      figures.delivered.viber,
      figures.delivered.sms,
    ]),
  }),
  fallback: (report) => ({
    columns: ["from", "recipients_with_fallback", "fell_back", "fallback_rate"],
    rows: report.buckets.map(({ at, figures }) => [
      at,
      figures.withFallback,
      figures.fellBack,
      rate(fallbackRate(figures)),
    ]),
  }),
  cost: (report) => ({
    columns: ["from", "sms_segments", "whatsapp_cost", "viber_cost", "sms_cost", "currency"],
    rows: report.buckets.map(({ at, figures }) => [at, figures.smsSegments, ...costs(figures), report.span.currency]),
  }),
  campaigns: (report) => ({
    columns: [
      ...["campaign", "recipients", "reached", "delivery_rate", "fell_back", "fallback_rate"],
      ...["sms_segments", "cost", "currency"],
    ],
    rows: report.campaigns.map(({ name, figures }) => [
      name ?? "API",
      figures.recipients,
      reached(figures),
      rate(deliveryRate(figures)),
      figures.fellBack,
      rate(fallbackRate(figures)),
      figures.smsSegments,
      money(total(figures.costMicros)),
      report.span.currency,
    ]),
  }),
  latency: (report) => ({
    columns: ["channel", "delivered_within_seconds", "messages"],
    rows: report.latency.map(({ channel, bucket, n }) => [channel, bucket, n]),
  }),
  reasons: (report) => ({
    columns: ["kind", "channel", "code", "messages"],
    rows: report.reasons.map(({ kind, channel, code, n }) => [kind, channel, code, n]),
  }),
} as const satisfies Record<ReportChart, (report: Report) => Sheet>;

function costs(figures: Figures): string[] {
  return [figures.costMicros.whatsapp, figures.costMicros.viber, figures.costMicros.sms].map(money);
}

function money(micros: number): string {
  return (micros / 1_000_000).toFixed(6);
}

function rate(value: number | null): string {
  return value === null ? "" : value.toFixed(4);
}

/** RFC 4180, and a text that a spreadsheet would run as a formula gets an apostrophe before it. */
function toCell(value: Cell): string {
  if (typeof value === "number") return String(value);
  const text = (value ?? "").replaceAll(/\s*[\r\n]+\s*/g, " ");
  const safe = /^[=+\-@\t]/.test(text) ? `'${text}` : text;
  return /[",]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
