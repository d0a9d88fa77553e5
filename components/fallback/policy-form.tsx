"use client";

import { useFormatter, useTranslations } from "next-intl";
import { useState, useTransition, type FormEvent } from "react";
import { toast } from "sonner";
import { updateFallbackPolicyAction } from "@/app/(desk)/settings/actions";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Checkbox } from "@/components/ui/checkbox";
import { FormError } from "@/components/ui/form-error";
import { HelpLink } from "@/components/ui/help-link";
import { useAnswer } from "@/lib/client/use-answer";
import { lateShare } from "@/lib/domain/reports/latency";
import type { ClientError } from "@/lib/schemas/action-result";
import type { FallbackPolicy } from "@/lib/schemas/accounts-fallback";
import { WaitField } from "./wait-field";

export type LatencyBuckets = readonly { readonly maxS: number | null; readonly n: number }[];

type PolicyFormProps = { readonly initial: FallbackPolicy; readonly latency: LatencyBuckets };

/** Waits per category, and what an unknown outcome counts as. Under each wait stands what it would cost in double reaches. */
export function PolicyForm({ initial, latency }: PolicyFormProps) {
  const t = useTranslations("fallback.policy");
  const answer = useAnswer();
  const tCommon = useTranslations("common");
  const [saved, setSaved] = useState(initial);
  const [draft, setDraft] = useState(initial);
  const [error, setError] = useState<ClientError | null>(null);
  const [pending, startTransition] = useTransition();
  const set = (change: Partial<FallbackPolicy>) => setDraft((before) => ({ ...before, ...change }));
  const late = useLateHint(latency);
  const unchanged = JSON.stringify(draft) === JSON.stringify(saved);

  function submit(event: FormEvent) {
    event.preventDefault();
    startTransition(async () => {
      const result = await answer(updateFallbackPolicyAction({ ...draft, previous: saved }));
      if (!result.ok) return setError(result.error);
      setError(null);
      setSaved(result.data.policy);
      toast.success(t("saved"));
    });
  }

  return (
    <Card title={t("title")} sub={t("sub")} actions={<HelpLink topic="fallback" label={t("help")} withText />}>
      <form method="post" onSubmit={submit} noValidate className="flex max-w-2xl flex-col gap-5">
        <WaitField
          label={tCommon("category.authentication")}
          hint={hint(t("authenticationHint"), late(draft.waitAuthenticationS))}
          error={error?.fields.waitAuthenticationS}
          units={["s", "min"]}
          defaultS={initial.waitAuthenticationS}
          onChange={(waitAuthenticationS) => set({ waitAuthenticationS })}
        />
        <WaitField
          label={tCommon("category.utility")}
          hint={hint(t("utilityHint"), late(draft.waitUtilityS))}
          error={error?.fields.waitUtilityS}
          units={["s", "min", "h"]}
          defaultS={initial.waitUtilityS}
          onChange={(waitUtilityS) => set({ waitUtilityS })}
        />
        <WaitField
          label={tCommon("category.marketing")}
          hint={hint(t("marketingHint"), late(draft.waitMarketingS))}
          error={error?.fields.waitMarketingS}
          units={["s", "min", "h", "d"]}
          defaultS={initial.waitMarketingS}
          onChange={(waitMarketingS) => set({ waitMarketingS })}
        />
        <Checkbox
          checked={draft.unknownIsUndelivered}
          onChange={(event) => set({ unknownIsUndelivered: event.target.checked })}
          label={t("unknown")}
          hint={t("unknownHint")}
        />
        <Checkbox
          checked={draft.skipsUnreachable}
          onChange={(event) => set({ skipsUnreachable: event.target.checked })}
          label={t("memory")}
          hint={t("memoryHint")}
        />
        {error === null ? null : <FormError announce>{error.message}</FormError>}
        <div className="flex gap-2">
          <Button type="submit" variant="primary" pending={pending} disabled={unchanged}>
            {tCommon("save")}
          </Button>
        </div>
      </form>
    </Card>
  );
}

function hint(text: string, late: string | null) {
  return (
    <>
      {text}
      {late === null ? null : <span className="text-text-2 block">{late}</span>}
    </>
  );
}

/** The share of the last 30 days' deliveries that came after a wait: those people would have got the message twice. */
function useLateHint(latency: LatencyBuckets): (waitS: number) => string | null {
  const t = useTranslations("fallback.policy");
  const format = useFormatter();
  return (waitS) => {
    const share = Number.isFinite(waitS) ? lateShare(latency, waitS) : null;
    return share === null ? null : t("late", { share: format.number(share, "percent") });
  };
}
