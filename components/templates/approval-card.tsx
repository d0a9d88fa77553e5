"use client";

import { useTranslations } from "next-intl";
import Link from "next/link";
import { Badge } from "@/components/ui/badge";
import { Callout } from "@/components/ui/callout";
import { Card } from "@/components/ui/card";
import { TimeAgo } from "@/components/ui/time-ago";
import type { ApprovalDifference } from "@/lib/domain/template/approval";
import { isFatal } from "@/lib/domain/template/approval";
import type { ApprovalView, SyncResult } from "@/lib/schemas/whatsapp-templates";
import type { ActionResult } from "@/lib/schemas/action-result";
import { APPROVAL_TONE } from "./approval-tone";
import { SyncButton } from "./sync-button";

type ApprovalCardProps = {
  readonly views: readonly ApprovalView[];
  /** Code under which this template is sent. */
  readonly language: string;
  /** Null: the reader may not. */
  readonly sync: (() => Promise<ActionResult<SyncResult>>) | null;
};

/** What WhatsApp says of the saved template, at each connection, and what to do about it. */
export function ApprovalCard({ views, language, sync }: ApprovalCardProps) {
  const t = useTranslations("templates.approval");
  if (views.length === 0) return null;
  return (
    <Card title={t("title")} sub={t("sub")} actions={sync === null ? undefined : <SyncButton sync={sync} />}>
      <ul className="divide-line flex flex-col divide-y">
        {views.map((view) => (
          <li key={view.connectionId} className="flex flex-col gap-2 py-3 first:pt-0 last:pb-0">
            <div className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
              <span className="min-w-0 font-[550] [overflow-wrap:anywhere]">{view.connectionName}</span>
              <Badge tone={APPROVAL_TONE[view.state]}>{t(`state.${view.state}`)}</Badge>
              <span className="text-text-3 text-xs">
                {view.syncedAt === null ? null : (
                  <>
                    {t("read")} <TimeAgo at={view.syncedAt} />
                  </>
                )}
              </span>
            </div>
            <p className="text-text-2 text-sm text-pretty">
              {view.hasBusinessAccount ? t(`next.${view.state}`, { language }) : t("noBusinessAccount")}{" "}
              {view.hasBusinessAccount ? null : (
                <Link href="/connections" className="text-accent font-[550] hover:underline">
                  {t("toConnections")}
                </Link>
              )}
            </p>
            {view.reason === null ? null : (
              <p className="text-text-2 text-sm [overflow-wrap:anywhere]">{t("reason", { reason: view.reason })}</p>
            )}
            {view.problem === null ? null : <Callout tone="warn" title={t("notRead")} />}
            <Differences differences={view.differences} />
            {view.languages.length === 0 ? null : (
              <p className="text-text-3 flex flex-wrap items-center gap-x-3 gap-y-1 text-xs">
                {t("languages")}
                {view.languages.map((one) => (
                  <span key={one.language}>
                    <span className="font-mono">{one.language}</span>: {t(`state.${one.state}`)}
                  </span>
                ))}
              </p>
            )}
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Differences({ differences }: { readonly differences: readonly ApprovalDifference[] }) {
  const t = useTranslations("templates.approval");
  const tc = useTranslations("common");
  if (differences.length === 0) return null;
  const isBad = differences.some(isFatal);
  const categoryName = (word: string): string =>
    word === "marketing" || word === "utility" || word === "authentication" ? tc(`category.${word}`) : word;
  return (
    <Callout tone={isBad ? "bad" : "warn"} title={t(isBad ? "differs" : "differsCategory")}>
      <ul className="list-disc pl-4">
        {differences.map((difference) => (
          <li key={difference.kind}>
            {difference.kind === "category"
              ? t("difference.category", {
                  ours: categoryName(difference.ours),
                  theirs: categoryName(difference.theirs),
                })
              : t(`difference.${difference.kind}`, difference)}
          </li>
        ))}
      </ul>
    </Callout>
  );
}
