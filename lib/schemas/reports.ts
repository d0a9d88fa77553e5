import { z } from "zod";
import type { Figures } from "@/lib/domain/reports/rates";
import { CHANNELS, type CampaignStatus, type Channel, type RouteKey } from "@/lib/domain/vocabulary";

/** Calendar days of the account, today included. */
export const REPORT_RANGES = ["today", "7d", "30d", "90d"] as const;
export type ReportRange = (typeof REPORT_RANGES)[number];

export const REPORT_CHARTS = ["channels", "fallback", "cost", "campaigns", "latency", "reasons"] as const;
export type ReportChart = (typeof REPORT_CHARTS)[number];

/** Messages sent through the API belong to no campaign; the rollups count them under this id. */
export const NO_CAMPAIGN = "00000000-0000-0000-0000-000000000000";

export const reportInput = z.object({
  range: z.enum(REPORT_RANGES, "field.invalid").default("7d"),
  campaign: z.uuid("field.invalid").toLowerCase().optional(),
  channel: z.enum(CHANNELS, "field.invalid").optional(),
});
export type ReportInput = z.output<typeof reportInput>;

export const overviewInput = reportInput.pick({ range: true });
export const exportInput = reportInput.extend({ chart: z.enum(REPORT_CHARTS, "field.invalid") });

/** Length of one column of a chart. */
export type BucketUnit = "hour" | "quarter-day" | "day";

export type ReportSpan = {
  readonly range: ReportRange;
  /** ISO instants; `until` is the moment of reading. */
  readonly from: string;
  readonly until: string;
  readonly unit: BucketUnit;
  readonly timeZone: string;
  readonly currency: string;
};

/** One column; `at` is when it begins. Columns with nothing in them are there too. `deniedBySwitch` is in the totals only. */
export type ReportBucket = { readonly at: string; readonly figures: Figures };

export type ReportCampaign = {
  /** NO_CAMPAIGN for messages of the API. */
  readonly id: string;
  readonly name: string | null;
  readonly figures: Figures;
};

/** bucket: see lib/domain/dispatch/latency-bucket.ts. */
export type LatencyCount = { readonly channel: Channel; readonly bucket: string; readonly n: number };

export type ReasonCount = {
  /** A refusal or a negative receipt with the carrier's code; a fallback's trigger; why a fallback was not allowed. */
  readonly kind: "error" | "fallback" | "denied";
  readonly channel: Channel;
  readonly code: string;
  readonly n: number;
};

export type Report = {
  readonly span: ReportSpan;
  readonly totals: Figures;
  /** The span of the same length right before. */
  readonly previous: Figures;
  readonly buckets: readonly ReportBucket[];
  /** Largest first, at most 50. */
  readonly campaigns: readonly ReportCampaign[];
  readonly latency: readonly LatencyCount[];
  /** Largest first. */
  readonly reasons: readonly ReasonCount[];
  /** What the same recipients would have cost by SMS alone at today's prices; null where that cannot be said. */
  readonly allBySmsMicros: number | null;
  /** A campaign is running: the figures move. */
  readonly live: boolean;
};

export type CampaignChoice = { readonly id: string; readonly name: string };

export type OverviewCampaign = {
  readonly id: string;
  readonly name: string;
  readonly status: CampaignStatus;
  readonly route: RouteKey;
  readonly planned: number;
  /** Over the whole life of the campaign, whatever the range. */
  readonly figures: Figures;
};

/** What is done of the first steps of a new account. */
export type SetupState = {
  readonly contacts: boolean;
  readonly templates: boolean;
  readonly connections: boolean;
  readonly fallbackOn: boolean;
  readonly launched: boolean;
};

export type Overview = {
  readonly report: Report;
  readonly campaigns: readonly OverviewCampaign[];
  readonly setup: SetupState;
};
