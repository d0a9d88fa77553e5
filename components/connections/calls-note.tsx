"use client";

import { useTranslations } from "next-intl";
import { TimeAgo } from "@/components/ui/time-ago";
import type { CarrierCalls } from "@/lib/schemas/connection-form";

/** Whether the carrier has found our webhook. */
export function CallsNote({ calls }: { readonly calls: CarrierCalls }) {
  const t = useTranslations("connections");
  const { eventAt, verifiedAt, refusedAt, refused } = calls;
  const ago = (at: string) => ({ time: () => <TimeAgo at={at} /> });
  return (
    <>
      {eventAt !== null
        ? t.rich("lastEvent", ago(eventAt))
        : verifiedAt !== null
          ? t.rich("verifiedOnly", ago(verifiedAt))
          : t("noEvent")}
      {refusedAt === null ? null : (
        <span className="text-bad block text-xs">{t.rich("refusedCalls", { count: refused, ...ago(refusedAt) })}</span>
      )}
    </>
  );
}
