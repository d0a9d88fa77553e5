import { isFatal, isSendable } from "@/lib/domain/template/approval";
import type { TemplateContent } from "@/lib/domain/template-content";
import type { LaunchProblem, LaunchWarning } from "@/lib/schemas/campaigns";
import type { ApprovalView } from "@/lib/schemas/whatsapp-templates";
import { getTemplateApproval } from "../templates/get-template-approval";
import type { TenantContext } from "../tenant-context";

type Found = {
  readonly problems: readonly LaunchProblem[];
  readonly warnings: readonly LaunchWarning[];
  readonly ttlS: number | null;
};

/**
 * Whether WhatsApp would take the template. Where any active connection would refuse it, the launch is stopped: every message by
 * it would fail, and the campaign pause after the first. What nobody can know is said, and stops nothing.
 */
export async function checkApproval(ctx: TenantContext, content: TemplateContent): Promise<Found> {
  const views = (await getTemplateApproval(ctx, content)).filter(({ isActive }) => isActive);
  const first = <T>(of: (view: ApprovalView) => T | null): readonly T[] => {
    const found = views.flatMap((view) => of(view) ?? []);
    return found.slice(0, 1);
  };
  return {
    problems: [
      ...first(({ state, connectionName: connection }) =>
        state === "unknown" || (state !== "missing" && isSendable(state))
          ? null
          : ({ kind: "template_state", state, connection } as const),
      ),
      ...first(({ differences, connectionName: connection }) =>
        differences.some(isFatal) ? ({ kind: "template_differs", connection } as const) : null,
      ),
    ],
    warnings: [
      ...first(({ state, connectionName: connection }) =>
        state === "unknown" ? ({ kind: "template_unknown", connection } as const) : null,
      ),
      ...first(({ state, connectionName: connection }) =>
        state === "flagged" ? ({ kind: "template_flagged", connection } as const) : null,
      ),
      ...first(({ differences, connectionName: connection }) => {
        const other = differences.find(({ kind }) => kind === "category");
        return other?.kind === "category"
          ? ({ kind: "template_category", connection, category: other.theirs } as const)
          : null;
      }),
    ],
    ttlS: views.reduce<number | null>((most, { ttlS }) => (ttlS === null ? most : Math.max(most ?? 0, ttlS)), null),
  };
}
