import { z } from "zod";
import type { BlockCounts, CampaignFigures } from "@/lib/domain/campaign/fold-progress";
import type { CampaignEstimate, FallbackRate } from "@/lib/domain/pricing/estimate";
import type { ApprovalState } from "@/lib/domain/template/approval";
import type { TemplateContent } from "@/lib/domain/template-content";
import {
  FALLBACK_MODES,
  ROUTES,
  type CampaignStatus,
  type Category,
  type Channel,
  type FallbackMode,
  type RouteKey,
} from "@/lib/domain/vocabulary";

export const DRAFT_STEPS = ["audience", "message", "route", "review"] as const;
export type DraftStep = (typeof DRAFT_STEPS)[number];

export function parseDraftStep(value: unknown): DraftStep | null {
  return DRAFT_STEPS.find((step) => step === value) ?? null;
}

const ROUTE_KEYS = Object.keys(ROUTES) as [RouteKey, ...RouteKey[]];

export const campaignName = z
  .string()
  .trim()
  .min(1)
  .max(120)
  .refine((name) => !/[\p{Cc}\p{Cs}]/u.test(name), "field.invalid");

export const createDraftInput = z.object({
  name: campaignName,
  audienceId: z.uuid(),
  /** Coming from a template's page; else the one changed last is taken until another is chosen. */
  templateId: z.uuid().optional(),
});
export type CreateDraftInput = z.output<typeof createDraftInput>;

export const updateDraftInput = z.object({
  campaignId: z.uuid(),
  /** What the form showed: a draft changed in another tab meanwhile is a conflict. */
  updatedAt: z.iso.datetime(),
  change: z.object({
    name: campaignName.optional(),
    audienceId: z.uuid().optional(),
    templateId: z.uuid().optional(),
    route: z.enum(ROUTE_KEYS).optional(),
    /** Seconds; the limits of the category are checked by the use case. */
    waitS: z.int().min(5, "field.tooSmall").max(604_800, "field.tooBig").optional(),
    fallbackMode: z.enum(FALLBACK_MODES).optional(),
    step: z.enum(DRAFT_STEPS).optional(),
  }),
});
export type UpdateDraftInput = z.output<typeof updateDraftInput>;

export const campaignIdInput = z.object({ campaignId: z.uuid() });

export const launchInput = campaignIdInput.extend({
  /** Of the draft that was reviewed. */
  updatedAt: z.iso.datetime(),
});

export const duplicateCampaignInput = campaignIdInput.extend({ name: campaignName });

export const listCampaignsInput = z.object({
  /** Keyset: "<created at, ISO>~<id>" of the last campaign of the page before. */
  before: z
    .string()
    .regex(/^[0-9T:.Z-]{20,30}~[0-9a-f-]{36}$/, "field.invalid")
    .optional(),
});

export type CampaignSummary = {
  readonly id: string;
  readonly name: string;
  readonly status: CampaignStatus;
  readonly route: RouteKey;
  readonly audienceName: string;
  readonly createdAt: string;
  readonly launchedAt: string | null;
  /** People written to so far, or expected while planning goes on; null for a draft. */
  readonly people: number | null;
  readonly reached: Readonly<Partial<Record<Channel, number>>>;
  readonly reachedTotal: number;
  readonly failed: number;
  readonly fallbackShare: number | null;
  readonly segments: number;
  readonly costMicros: number;
};

export type CampaignPage = {
  readonly campaigns: readonly CampaignSummary[];
  readonly older: string | null;
  readonly currency: string;
};

export type CampaignDetail = {
  readonly id: string;
  readonly name: string;
  readonly status: CampaignStatus;
  readonly category: Category;
  readonly route: RouteKey;
  readonly waitS: number;
  readonly fallbackMode: FallbackMode;
  readonly draftStep: DraftStep;
  readonly updatedAt: string;
  readonly createdAt: string;
  readonly launchedAt: string | null;
  readonly launchedBy: string | null;
  readonly finishedAt: string | null;
  readonly audience: { readonly id: string; readonly name: string; readonly people: number };
  readonly template: {
    readonly id: string;
    readonly name: string;
    readonly version: number;
    readonly latestVersion: number;
    readonly archived: boolean;
    readonly content: TemplateContent;
  };
  readonly account: {
    readonly currency: string;
    readonly fallbackEnabled: boolean;
    readonly defaultWaitS: number;
  };
};

export type EstimateSample = {
  readonly contactId: string;
  readonly phone: string;
  readonly name: string | null;
  readonly segments: number;
  readonly text: string;
};

/** What stands in the way of a launch, and what a person should look at before it. */
export type LaunchProblem =
  | { readonly kind: "no_people" }
  | { readonly kind: "no_connection"; readonly channel: Channel }
  | { readonly kind: "connection_paused"; readonly channel: Channel }
  | { readonly kind: "template_incomplete"; readonly channel: Channel }
  | { readonly kind: "template_archived" }
  | { readonly kind: "template_state"; readonly state: StoppingState; readonly connection: string }
  | { readonly kind: "template_differs"; readonly connection: string };

/** Where WhatsApp would refuse every message. */
export type StoppingState = Exclude<ApprovalState, "approved" | "flagged" | "other"> | "missing";

export type LaunchWarning =
  | { readonly kind: "template_unknown" | "template_flagged"; readonly connection: string }
  | { readonly kind: "template_category"; readonly connection: string; readonly category: string }
  | { readonly kind: "connection_trouble"; readonly channel: Channel }
  | { readonly kind: "template_newer"; readonly version: number }
  | { readonly kind: "unpriced"; readonly channel: Channel; readonly country: string; readonly recipients: number };

export type CampaignEstimateView = {
  readonly people: number;
  readonly optedOut: number;
  /** Left out when the audience was last imported; null: it was not made by an import. */
  readonly leftOut: { readonly duplicates: number; readonly refused: number } | null;
  readonly problems: readonly LaunchProblem[];
  readonly warnings: readonly LaunchWarning[];
  /** Variables that are empty for so many people, who have no spare value for it either. */
  readonly missing: readonly { readonly variable: string; readonly people: number }[];
  readonly missingPeople: number;
  /** SMS segments with the variables filled in -> people; fewest segments first. Empty: no SMS on the route. */
  readonly distribution: readonly { readonly segments: number; readonly people: number }[];
  readonly usualSegments: number;
  /** People whose text needs more segments than the usual one, a few of them as samples. */
  readonly outliers: { readonly people: number; readonly samples: readonly EstimateSample[] };
  readonly fallbackOn: boolean;
  /** null: no history yet. */
  readonly rate: FallbackRate | null;
  readonly historyTried: number;
  readonly cost: CampaignEstimate;
  /** The same with fallback on, whatever the switch says: to compare. */
  readonly costWithFallback: CampaignEstimate;
  readonly currency: string;
  /** Of the first channel's connection. */
  readonly ratePerSecond: number | null;
  /** Time to live that the template has at WhatsApp, in seconds; null: not known, so that of its category. */
  readonly templateTtlS: number | null;
};

export type CampaignProgress = {
  readonly status: CampaignStatus;
  readonly pausedReason: string | null;
  /** Paused because WhatsApp had stopped the template, which it has approved again since. */
  readonly templateIsBack: boolean;
  /** Everyone planned; while planning goes on, what the estimate said if that is more. */
  readonly people: number;
  readonly planned: boolean;
  /** Left out when the campaign was planned: opted out. */
  readonly excluded: number;
  readonly figures: CampaignFigures;
  readonly blocks: BlockCounts;
  readonly launchedAt: string | null;
  readonly finishedAt: string | null;
  readonly at: string;
};

/** How deliveries on a channel came in over time, for "how many would be reached twice with this wait". */
export type LatencyHistory = {
  readonly delivered: number;
  /** maxS null: the open last bucket. */
  readonly buckets: readonly { readonly maxS: number | null; readonly n: number }[];
};
