"use client";

import { useTranslations } from "next-intl";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { toast } from "sonner";
import { liftSuppressionAction } from "@/app/(desk)/audiences/actions";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { CHANNEL_NAME } from "@/components/ui/channel-mark";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { Field } from "@/components/ui/field";
import { LocalTime } from "@/components/ui/local-time";
import { Textarea } from "@/components/ui/textarea";
import { CHANNELS, type Channel } from "@/lib/domain/vocabulary";
import type { SuppressionView } from "@/lib/schemas/audiences";

type SuppressionListProps = { readonly suppressions: readonly SuppressionView[]; readonly mayLift: boolean };

/** Opt-outs and blocks with what proves them; the lifted ones stay in sight. */
export function SuppressionList({ suppressions, mayLift }: SuppressionListProps) {
  return (
    <ul className="divide-line flex flex-col divide-y">
      {suppressions.map((suppression) => (
        <li key={suppression.id} className="py-3 first:pt-0 last:pb-0">
          <SuppressionItem suppression={suppression} mayLift={mayLift} />
        </li>
      ))}
    </ul>
  );
}

function SuppressionItem({ suppression, mayLift }: { suppression: SuppressionView; mayLift: boolean }) {
  const t = useTranslations("audiences");
  const tCommon = useTranslations("common");
  const isInForce = suppression.liftedAt === null;
  return (
    <div className="flex flex-wrap items-start justify-between gap-3">
      <div className="min-w-0">
        <p className="flex flex-wrap items-center gap-2 font-[550]">
          {t("optOut.scope", {
            channel: suppression.channel === null ? "all" : CHANNEL_NAME[suppression.channel],
            category: suppression.category === null ? "all" : tCommon(`category.${suppression.category}`),
          })}
          <Badge tone={isInForce ? "warn" : "neutral"}>{isInForce ? t("optOut.inForce") : t("optOut.lifted")}</Badge>
        </p>
        <p className="text-text-2 text-sm">
          {t(`optOut.reason.${suppression.reason}`)}, <LocalTime at={suppression.createdAt} format="full" />
        </p>
        {suppression.evidence.length === 0 ? null : (
          <dl className="text-text-2 mt-1 text-sm">
            {suppression.evidence.map(({ key, value }) => (
              <div key={key} className="flex flex-wrap gap-x-1.5">
                <dt className="text-text-3">{t.has(`evidence.${key}`) ? t(`evidence.${key}`) : key}:</dt>
                <dd className="min-w-0 [overflow-wrap:anywhere] whitespace-pre-line">
                  <EvidenceValue name={key} value={value} />
                </dd>
              </div>
            ))}
          </dl>
        )}
        {suppression.liftedAt === null ? null : (
          <p className="text-text-2 mt-1 text-sm">
            {t("optOut.liftedBy", { name: suppression.liftedBy ?? "—", reason: suppression.liftedReason ?? "" })}{" "}
            <LocalTime at={suppression.liftedAt} format="full" />
          </p>
        )}
      </div>
      {isInForce && mayLift ? <LiftButton suppression={suppression} /> : null}
    </div>
  );
}

function EvidenceValue({ name, value }: { readonly name: string; readonly value: string }) {
  if (name === "channel") return CHANNELS.includes(value as Channel) ? CHANNEL_NAME[value as Channel] : value;
  return name === "carrierTime" ? <LocalTime at={value} format="full" /> : value;
}

function LiftButton({ suppression }: { readonly suppression: SuppressionView }) {
  const t = useTranslations("audiences");
  const router = useRouter();
  const [reason, setReason] = useState("");
  async function lift() {
    const result = await liftSuppressionAction({ suppressionId: suppression.id, reason });
    if (!result.ok) return result.error.fields["reason"] ?? result.error.message;
    setReason("");
    toast.success(t("lift.done"));
    router.refresh();
    return null;
  }
  return (
    <ConfirmDialog
      trigger={<Button size="sm">{t("lift.button")}</Button>}
      title={t("lift.title")}
      description={suppression.reason === "manual" ? t("lift.text") : t("lift.textOwn")}
      confirmLabel={t("lift.button")}
      confirmDisabled={reason.trim().length < 3}
      onConfirm={lift}
    >
      <Field label={t("lift.reason")} hint={t("lift.reasonHint")} required>
        <Textarea rows={3} maxLength={500} value={reason} onChange={(event) => setReason(event.target.value)} />
      </Field>
    </ConfirmDialog>
  );
}
