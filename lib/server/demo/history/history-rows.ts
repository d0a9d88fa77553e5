import type { CampaignStatus, Category, FallbackMode, RouteKey } from "@/lib/domain/vocabulary";
import type { Life } from "./live-message";

/** A row of `message`. The nullable ones belong to messages of the API. */
export type MessageRow = {
  readonly id: string;
  readonly campaignId: string | null;
  readonly contactId: string | null;
  readonly e164: string;
  readonly country: string;
  readonly vars: Readonly<Record<string, string>> | null;
  readonly api: {
    readonly apiKeyId: string;
    readonly category: Category;
    readonly route: RouteKey;
    readonly templateId: string;
    readonly waitS: number;
  } | null;
  /** The route's first channel and the moment it was queued, for the rollup. */
  readonly route: RouteKey;
  readonly queuedAtMs: number;
};

/** A row of `block`; 2 done, 3 held, 4 cancelled. */
export type BlockRow = {
  readonly id: string;
  readonly campaignId: string | null;
  readonly step: number;
  readonly lane: number;
  readonly state: 2 | 3 | 4;
  readonly availableAtMs: number;
  readonly firstId: string;
  readonly size: number;
  readonly members: readonly string[] | null;
  readonly cursor: number;
};

export type CampaignRow = {
  readonly id: string;
  readonly name: string;
  readonly status: CampaignStatus;
  readonly category: Category;
  readonly templateKey: string;
  readonly audienceId: string;
  readonly route: RouteKey;
  readonly waitS: number;
  readonly mode: FallbackMode;
  readonly plannedCount: number;
  readonly excludedCount: number;
  readonly lastContactId: string | null;
  readonly createdAtMs: number;
  readonly launchedAtMs: number;
  readonly plannedAtMs: number;
  /** Paused or cancelled by a person; else null. */
  readonly stoppedAtMs: number | null;
  readonly finishedAtMs: number | null;
};

/** Messages with all that they left behind. */
export type Traffic = {
  readonly messages: MessageRow[];
  readonly blocks: BlockRow[];
  readonly lives: Life[];
};

/** The id is derived from the key, so that messages can name what is written beside them. */
export type Keyed = { readonly key: string; readonly id: string };
