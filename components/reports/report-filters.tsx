"use client";

import { useTranslations } from "next-intl";
import { usePathname, useRouter, useSearchParams } from "next/navigation";
import { CHANNEL_NAME } from "@/components/ui/channel-mark";
import { Combobox } from "@/components/ui/combobox";
import { Button } from "@/components/ui/button";
import { RangePicker } from "@/components/ui/range-picker";
import { Select } from "@/components/ui/select";
import { CHANNELS } from "@/lib/domain/vocabulary";
import { NO_CAMPAIGN, type CampaignChoice, type ReportInput } from "@/lib/schemas/reports";

type ReportFiltersProps = { readonly filter: ReportInput; readonly choices: readonly CampaignChoice[] };

/** All filters live in the address, so that a report can be sent to a colleague. */
export function ReportFilters({ filter, choices }: ReportFiltersProps) {
  const t = useTranslations("reports");
  const tCommon = useTranslations("common");
  const router = useRouter();
  const pathname = usePathname();
  const search = useSearchParams();
  const set = (name: "campaign" | "channel", value: string | null) => {
    const next = new URLSearchParams(search);
    if (value === null || value === "") next.delete(name);
    else next.set(name, value);
    router.replace(`${pathname}?${next.toString()}`, { scroll: false });
  };
  const options = [
    ...choices.map((choice) => ({ value: choice.id, label: choice.name })),
    { value: NO_CAMPAIGN, label: t("campaigns.api") },
  ];
  const narrowed = filter.campaign !== undefined || filter.channel !== undefined;
  return (
    <div data-print="hide" className="mb-4 flex flex-wrap items-center gap-2">
      <RangePicker current={filter.range} />
      <Combobox
        className="w-full sm:w-64"
        aria-label={t("filter.campaign")}
        placeholder={t("filter.allCampaigns")}
        searchPlaceholder={t("filter.findCampaign")}
        options={options}
        value={filter.campaign ?? null}
        onChange={(value) => set("campaign", value)}
        clearable
      />
      <Select
        className="w-full sm:w-40"
        aria-label={t("filter.channel")}
        value={filter.channel ?? ""}
        onChange={(event) => set("channel", event.target.value)}
      >
        <option value="">{t("filter.allChannels")}</option>
        {CHANNELS.map((channel) => (
          <option key={channel} value={channel}>
            {CHANNEL_NAME[channel]}
          </option>
        ))}
      </Select>
      {narrowed ? (
        <Button variant="ghost" onClick={() => router.replace(`${pathname}?range=${filter.range}`, { scroll: false })}>
          {tCommon("clearFilters")}
        </Button>
      ) : null}
    </div>
  );
}
