"use client";

import { useTranslations } from "next-intl";
import { useRouter } from "next/navigation";
import { useState, useTransition, type FormEvent } from "react";
import { Button } from "@/components/ui/button";
import { CHANNEL_NAME } from "@/components/ui/channel-mark";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { SearchField } from "@/components/ui/search-field";
import { Select } from "@/components/ui/select";
import { CHANNELS, MESSAGE_STATUSES } from "@/lib/domain/vocabulary";
import { MESSAGE_RANGES, messageFilters, type MessageFilters } from "@/lib/schemas/messages";
import { isFiltered, messagesHref } from "./messages-href";

type MessageFilterBarProps = {
  readonly filters: MessageFilters;
  readonly campaigns: readonly { readonly id: string; readonly name: string }[];
};

const DAYS = "days";

/** A plain GET form, so that it works before the page is awake; each choice acts at once when it is. */
export function MessageFilterBar({ filters, campaigns }: MessageFilterBarProps) {
  const t = useTranslations("messages");
  const tCommon = useTranslations("common");
  const router = useRouter();
  const [pending, startTransition] = useTransition();
  const hasDays = filters.from !== undefined || filters.to !== undefined;
  const [span, setSpan] = useState<string>(hasDays ? DAYS : (filters.range ?? ""));

  function go(form: HTMLFormElement) {
    const raw = Object.fromEntries([...new FormData(form)].filter(([, value]) => value !== "" && value !== DAYS));
    startTransition(() => router.push(messagesHref(messageFilters.parse(raw)), { scroll: false }));
  }
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    go(event.currentTarget);
  }
  function change(event: FormEvent<HTMLFormElement>) {
    const target = event.target as HTMLInputElement | HTMLSelectElement;
    if (target.name === "range") setSpan(target.value);
    const waits = target.name === "q" || (target.name === "range" && target.value === DAYS);
    if (!waits) go(event.currentTarget);
  }

  return (
    <form
      action="/messages"
      role="search"
      aria-busy={pending}
      onSubmit={submit}
      onChange={change}
      className="mb-4 grid grid-cols-2 gap-2 lg:grid-cols-[minmax(210px,2fr)_repeat(4,minmax(126px,1fr))_auto]"
    >
      <SearchField
        name="q"
        key={filters.q ?? ""}
        label={t("search")}
        placeholder={t("searchPlaceholder")}
        defaultValue={filters.q ?? ""}
        maxLength={100}
        inputMode="search"
        className="col-span-2 lg:col-span-1"
      />
      <Select
        name="campaign"
        aria-label={t("filter.campaign")}
        defaultValue={filters.campaign ?? ""}
        key={`c${filters.campaign}`}
      >
        <option value="">{t("filter.allCampaigns")}</option>
        {campaigns.map((campaign) => (
          <option key={campaign.id} value={campaign.id}>
            {campaign.name}
          </option>
        ))}
      </Select>
      <Select
        name="status"
        aria-label={t("filter.status")}
        defaultValue={filters.status ?? ""}
        key={`s${filters.status}`}
      >
        <option value="">{t("filter.allStatuses")}</option>
        {MESSAGE_STATUSES.map((status) => (
          <option key={status} value={status}>
            {tCommon(`status.message.${status}`)}
          </option>
        ))}
      </Select>
      <Select
        name="channel"
        aria-label={t("filter.channel")}
        defaultValue={filters.channel ?? ""}
        key={`h${filters.channel}`}
      >
        <option value="">{t("filter.allChannels")}</option>
        {CHANNELS.map((channel) => (
          <option key={channel} value={channel}>
            {CHANNEL_NAME[channel]}
          </option>
        ))}
      </Select>
      <Select name="range" aria-label={t("filter.time")} value={span} onChange={() => undefined}>
        <option value="">{t("filter.allTimes")}</option>
        {MESSAGE_RANGES.map((range) => (
          <option key={range} value={range}>
            {tCommon(`range.${range}`)}
          </option>
        ))}
        <option value={DAYS}>{t("filter.days")}</option>
      </Select>
      <div className="col-span-2 flex gap-2 lg:col-span-1">
        <Button type="submit" pending={pending} className="h-9">
          {tCommon("search")}
        </Button>
        {isFiltered(filters) ? (
          <Button variant="ghost" className="h-9" onClick={() => (setSpan(""), router.push("/messages"))}>
            {tCommon("clearFilters")}
          </Button>
        ) : null}
      </div>
      {span === DAYS ? (
        <div className="col-span-2 flex flex-wrap gap-2 lg:col-span-6">
          <Field label={t("filter.from")} className="w-44">
            <Input type="date" name="from" defaultValue={filters.from ?? ""} min="2020-01-01" max="2079-12-31" />
          </Field>
          <Field label={t("filter.to")} className="w-44">
            <Input type="date" name="to" defaultValue={filters.to ?? ""} min="2020-01-01" max="2079-12-31" />
          </Field>
        </div>
      ) : null}
    </form>
  );
}
