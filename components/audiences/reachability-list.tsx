"use client";

import { useFormatter, useTranslations } from "next-intl";
import { useRouter } from "next/navigation";
import { toast } from "sonner";
import { forgetUnreachableAction } from "@/app/(desk)/audiences/actions";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { CHANNEL_NAME, ChannelMark } from "@/components/ui/channel-mark";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import type { Channel } from "@/lib/domain/vocabulary";
import type { ReachabilityView } from "@/lib/schemas/audiences";

type ReachabilityListProps = {
  readonly contactId: string;
  readonly reachability: readonly ReachabilityView[];
  readonly mayWrite: boolean;
};

/** Channel by channel what is known of the number; what a channel said against it can be forgotten. */
export function ReachabilityList({ contactId, reachability, mayWrite }: ReachabilityListProps) {
  return (
    <ul className="divide-line flex flex-col divide-y">
      {reachability.map((one) => (
        <li key={one.channel} className="flex flex-wrap items-start justify-between gap-3 py-3 first:pt-0 last:pb-0">
          <ChannelReach reach={one} />
          {mayWrite && one.unknownThere !== null ? (
            <ForgetButton contactId={contactId} channel={one.channel} isOfCountry={one.unknownThere.isOfCountry} />
          ) : null}
        </li>
      ))}
    </ul>
  );
}

function ChannelReach({ reach }: { readonly reach: ReachabilityView }) {
  const t = useTranslations("audiences.reach");
  const format = useFormatter();
  const { channel, deliveredAt, unknownThere, isSkipped } = reach;
  const day = (at: string) => format.dateTime(new Date(at), "day");
  return (
    <div className="min-w-0">
      <p className="flex flex-wrap items-center gap-2 font-[550]">
        <ChannelMark channel={channel} className="size-2.5" />
        {CHANNEL_NAME[channel]}
        {isSkipped ? <Badge tone="warn">{t("skipped")}</Badge> : null}
      </p>
      <p className="text-text-2 text-sm">
        {deliveredAt === null ? null : <span className="block">{t("delivered", { at: day(deliveredAt) })}</span>}
        {unknownThere === null ? null : (
          <span className="block">
            {t(unknownThere.isOfCountry ? "countryClosed" : "unknown", { at: day(unknownThere.at) })}
          </span>
        )}
        {isSkipped && unknownThere !== null ? (
          <span className="block">{t("skippedUntil", { at: day(unknownThere.until) })}</span>
        ) : null}
        {deliveredAt === null && unknownThere === null ? t("none") : null}
      </p>
    </div>
  );
}

type ForgetButtonProps = {
  readonly contactId: string;
  readonly channel: Channel;
  readonly isOfCountry: boolean;
};

function ForgetButton({ contactId, channel, isOfCountry }: ForgetButtonProps) {
  const t = useTranslations("audiences.reach");
  const router = useRouter();
  async function forget() {
    const result = await forgetUnreachableAction({ contactId, channel });
    if (!result.ok) return result.error.message;
    toast.success(t("forgotten"));
    router.refresh();
    return null;
  }
  const name = CHANNEL_NAME[channel];
  return (
    <ConfirmDialog
      trigger={<Button size="sm">{t("forget")}</Button>}
      title={t("forgetTitle", { channel: name })}
      description={t(isOfCountry ? "forgetCountryText" : "forgetText", { channel: name })}
      confirmLabel={t("forget")}
      onConfirm={forget}
    />
  );
}
