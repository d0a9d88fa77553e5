"use client";

import { useTranslations } from "next-intl";
import { Callout } from "@/components/ui/callout";
import type { LinkVerdict } from "@/lib/domain/connection/link-verdict";

const TONE = { works: "ok", answers: "info", faulty: "bad" } as const;

/** What trying the link came to, and what to do about it. */
export function VerdictNote({ verdict }: { readonly verdict: LinkVerdict }) {
  const t = useTranslations("connections.check");
  const { state, reason, code, detail } = verdict;
  return (
    <Callout tone={TONE[state]} announce title={t(`${state}Title`)}>
      <p>{t(`reason.${reason}`)}</p>
      {detail === null && code === null ? null : (
        <p className="text-text-2 mt-1 text-sm [overflow-wrap:anywhere]">
          {detail === null ? null : t("carrierSays", { detail })}
          {code === null ? null : <code className="ml-1 font-mono text-xs">{code}</code>}
        </p>
      )}
    </Callout>
  );
}
