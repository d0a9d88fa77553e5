"use client";

import { Download } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import Link from "next/link";
import { useState } from "react";
import { toast } from "sonner";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import type { ActionResult } from "@/lib/schemas/action-result";
import type { ImportApprovedInput, ListedApproval } from "@/lib/schemas/whatsapp-templates";
import { APPROVAL_TONE } from "./approval-tone";

type ApprovedListProps = {
  readonly templates: readonly ListedApproval[];
  /** Null: the reader may not. */
  readonly take: ((input: ImportApprovedInput) => Promise<ActionResult<{ templateId: string }>>) | null;
};

/** The templates of one business account: state, text, and what there is of it here. */
export function ApprovedList({ templates, take }: ApprovedListProps) {
  const t = useTranslations("templates.approval");
  return (
    <ul className="divide-line divide-y">
      {templates.map((row) => (
        <li
          key={`${row.name} ${row.language}`}
          className="flex flex-col gap-3 py-3 first:pt-0 last:pb-0 sm:flex-row sm:items-start"
        >
          <div className="min-w-0 flex-1">
            <p className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
              <span className="min-w-0 font-mono text-sm font-[550] [overflow-wrap:anywhere]">{row.name}</span>
              <span className="text-text-3 font-mono text-xs">{row.language}</span>
              <Badge tone={APPROVAL_TONE[row.state]}>{t(`state.${row.state}`)}</Badge>
            </p>
            {row.body === null ? null : (
              <p dir="auto" className="text-text-2 mt-1 line-clamp-2 text-sm [overflow-wrap:anywhere]">
                {row.body}
              </p>
            )}
            {row.reason === null ? null : (
              <p className="text-text-2 mt-1 text-sm [overflow-wrap:anywhere]">{t("reason", { reason: row.reason })}</p>
            )}
          </div>
          <Take row={row} take={take} />
        </li>
      ))}
    </ul>
  );
}

function Take({ row, take }: { readonly row: ListedApproval; readonly take: ApprovedListProps["take"] }) {
  const t = useTranslations("templates.approval");
  const router = useRouter();
  const [pending, setPending] = useState(false);
  if (row.template !== null) {
    return (
      <Link href={`/templates/${row.template.id}`} className="text-accent text-sm font-[550] hover:underline">
        {t("here", { name: row.template.name })}
      </Link>
    );
  }
  if (take === null) return null;
  if (row.obstacle !== null) return <p className="text-text-3 max-w-60 text-xs">{t(`obstacle.${row.obstacle}`)}</p>;

  async function press(action: NonNullable<ApprovedListProps["take"]>) {
    setPending(true);
    const result = await action({ connectionId: row.connectionId, name: row.name, language: row.language });
    if (result.ok) return router.push(`/templates/${result.data.templateId}`);
    setPending(false);
    toast.error(result.error.fields.name ?? result.error.message);
  }

  return (
    <Button size="sm" icon={<Download aria-hidden />} pending={pending} onClick={() => void press(take)}>
      {t("take")}
    </Button>
  );
}
