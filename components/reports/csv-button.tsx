"use client";

import { Download } from "lucide-react";
import { useTranslations } from "next-intl";
import { LinkButton } from "@/components/ui/link-button";
import type { ReportChart, ReportInput } from "@/lib/schemas/reports";

type CsvButtonProps = { readonly chart: ReportChart; readonly title: string; readonly filter: ReportInput };

export function CsvButton({ chart, title, filter }: CsvButtonProps) {
  const t = useTranslations("reports");
  const search = new URLSearchParams({ chart, range: filter.range });
  if (filter.campaign !== undefined) search.set("campaign", filter.campaign);
  if (filter.channel !== undefined) search.set("channel", filter.channel);
  return (
    <LinkButton
      href={`/api/desk/reports/export?${search.toString()}`}
      prefetch={false}
      download
      size="sm"
      variant="ghost"
      icon={<Download aria-hidden />}
      aria-label={t("downloadCsv", { chart: title })}
    >
      CSV
    </LinkButton>
  );
}
