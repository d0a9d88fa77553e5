"use client";

import { useTranslations } from "next-intl";
import { useRouter } from "next/navigation";
import { useState, useTransition, type FormEvent } from "react";
import { toast } from "sonner";
import { updateAccountAction } from "@/app/(desk)/settings/actions";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Combobox, type ComboboxOption } from "@/components/ui/combobox";
import { Field } from "@/components/ui/field";
import { FormError } from "@/components/ui/form-error";
import { Input } from "@/components/ui/input";
import { useAnswer } from "@/lib/client/use-answer";
import type { AccountSettings } from "@/lib/schemas/accounts";
import type { ClientError } from "@/lib/schemas/action-result";

type AccountFormProps = {
  readonly initial: AccountSettings;
  readonly countries: readonly ComboboxOption[];
  readonly currencies: readonly ComboboxOption[];
  readonly timeZones: readonly ComboboxOption[];
};

export function AccountForm({ initial, countries, currencies, timeZones }: AccountFormProps) {
  const t = useTranslations("settings.account");
  const answer = useAnswer();
  const tCommon = useTranslations("common");
  const router = useRouter();
  const { currencyLocked, ...start } = initial;
  const [draft, setDraft] = useState(start);
  const [error, setError] = useState<ClientError | null>(null);
  const [pending, startTransition] = useTransition();
  const set = (change: Partial<typeof draft>) => setDraft((before) => ({ ...before, ...change }));

  function submit(event: FormEvent) {
    event.preventDefault();
    startTransition(async () => {
      const result = await answer(updateAccountAction(draft));
      setError(result.ok ? null : result.error);
      if (!result.ok) return;
      toast.success(t("saved"));
      // The name stands in the frame, the zone and the currency in every figure.
      router.refresh();
    });
  }

  return (
    <Card title={t("title")}>
      <form method="post" onSubmit={submit} noValidate className="flex max-w-xl flex-col gap-4">
        <Field label={t("name")} error={error?.fields.name} required>
          <Input value={draft.name} maxLength={120} onChange={(event) => set({ name: event.target.value })} />
        </Field>
        <Field label={t("timeZone")} hint={t("timeZoneHint")} error={error?.fields.timeZone} required>
          <Combobox
            options={timeZones}
            value={draft.timeZone}
            placeholder={draft.timeZone}
            onChange={(timeZone) => set({ timeZone: timeZone ?? draft.timeZone })}
          />
        </Field>
        <Field
          label={t("currency")}
          hint={t(currencyLocked ? "currencyLocked" : "currencyHint")}
          error={error?.fields.currency}
          required
        >
          <Combobox
            options={currencies}
            value={draft.currency}
            placeholder={draft.currency}
            disabled={currencyLocked}
            onChange={(currency) => set({ currency: currency ?? draft.currency })}
          />
        </Field>
        <Field label={t("country")} hint={t("countryHint")} error={error?.fields.defaultCountry} required>
          <Combobox
            options={countries}
            value={draft.defaultCountry}
            placeholder={draft.defaultCountry}
            onChange={(country) => set({ defaultCountry: country ?? draft.defaultCountry })}
          />
        </Field>
        {error === null ? null : <FormError announce>{error.message}</FormError>}
        <div>
          <Button type="submit" variant="primary" pending={pending}>
            {tCommon("save")}
          </Button>
        </div>
      </form>
    </Card>
  );
}
