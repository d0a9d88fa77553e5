"use client";

import { useTranslations } from "next-intl";
import { usePathname, useSearchParams } from "next/navigation";
import { RANGES, type Range } from "./range";
import { SegmentedLinks } from "./segmented-links";

type RangePickerProps = {
  readonly current: Range;
  readonly className?: string;
};

/** Writes `?range=`, keeps the other filters, drops the place in a list (`cursor`, `before`, `after`). */
export function RangePicker({ current, className }: RangePickerProps) {
  const t = useTranslations("common.range");
  const pathname = usePathname();
  const search = useSearchParams();
  const items = RANGES.map((range) => {
    const next = new URLSearchParams(search);
    for (const place of ["cursor", "before", "after"]) next.delete(place);
    next.set("range", range);
    return { key: range, label: t(range), href: `${pathname}?${next.toString()}` };
  });
  return <SegmentedLinks label={t("label")} items={items} current={current} {...(className ? { className } : {})} />;
}
