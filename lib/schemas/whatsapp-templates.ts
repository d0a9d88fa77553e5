import { z } from "zod";
import type { LinkReason } from "@/lib/domain/connection/link-verdict";
import type { ApprovalDifference, ApprovalState, ApprovedShape } from "@/lib/domain/template/approval";

export const approvedShape = z.object({
  header: z.enum(["text", "image", "video", "document", "location", "other"]).nullable(),
  body: z.string(),
  footer: z.string().nullable(),
  buttons: z.array(
    z.object({ kind: z.enum(["url", "reply", "other"]), label: z.string(), url: z.string().nullable() }),
  ),
}) satisfies z.ZodType<ApprovedShape>;

export const importApprovedInput = z.strictObject({
  connectionId: z.uuid(),
  name: z
    .string()
    .min(1)
    .max(512)
    .regex(/^[^\0\p{Cs}]*$/u),
  language: z
    .string()
    .min(2)
    .max(20)
    .regex(/^[\w-]+$/),
});
export type ImportApprovedInput = z.output<typeof importApprovedInput>;

/** One template of a business account. */
export type ListedApproval = {
  readonly connectionId: string;
  readonly name: string;
  readonly language: string;
  readonly state: ApprovalState;
  readonly category: string | null;
  readonly reason: string | null;
  readonly ttlS: number | null;
  readonly body: string | null;
  /** Why it cannot become a template of ours; null: it can. */
  readonly obstacle: "no_content" | "header" | "button" | "body" | null;
  /** One of ours that sends it already. */
  readonly template: { readonly id: string; readonly name: string } | null;
};

export type BusinessAccountView = {
  readonly connectionId: string;
  readonly connectionName: string;
  /** False: the connection does not say which business account it belongs to. */
  readonly hasBusinessAccount: boolean;
  readonly syncedAt: string | null;
  /** Why the last reading failed; null: it did not. */
  readonly problem: LinkReason | null;
};

export type ApprovedTemplates = {
  readonly accounts: readonly BusinessAccountView[];
  readonly templates: readonly ListedApproval[];
};

/** How WhatsApp sees one template of ours, at one connection. `missing`: it is not there; `unknown`: nobody has looked yet. */
export type ApprovalView = BusinessAccountView & {
  readonly isActive: boolean;
  readonly state: ApprovalState | "missing" | "unknown";
  readonly reason: string | null;
  readonly quality: string | null;
  readonly ttlS: number | null;
  readonly differences: readonly ApprovalDifference[];
  /** Every language in which the name is there. */
  readonly languages: readonly { readonly language: string; readonly state: ApprovalState }[];
};

export type SyncResult = { readonly read: number; readonly failed: number };
