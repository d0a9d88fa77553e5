import type { ActionResult } from "@/lib/schemas/action-result";
import type { CreateDraftInput, UpdateDraftInput } from "@/lib/schemas/campaigns";

/** Server actions, handed in by the pages: components do not reach into `app`. */
export type DraftActions = {
  readonly create: (input: CreateDraftInput) => Promise<ActionResult<{ campaignId: string }>>;
  readonly update: (input: UpdateDraftInput) => Promise<ActionResult<{ updatedAt: string }>>;
  readonly launch: (input: { campaignId: string; updatedAt: string }) => Promise<ActionResult<void>>;
};

export type CampaignMenuActions = {
  readonly pause: (input: { campaignId: string }) => Promise<ActionResult<void>>;
  readonly resume: (input: { campaignId: string }) => Promise<ActionResult<void>>;
  readonly cancel: (input: { campaignId: string }) => Promise<ActionResult<void>>;
  readonly remove: (input: { campaignId: string }) => Promise<ActionResult<void>>;
  readonly duplicate: (input: { campaignId: string; name: string }) => Promise<ActionResult<{ campaignId: string }>>;
};
