"use client";

import { Plus } from "lucide-react";
import { useTranslations } from "next-intl";
import { useRouter } from "next/navigation";
import { useState, useTransition, type FormEvent } from "react";
import { toast } from "sonner";
import { addPriceAction } from "@/app/(desk)/settings/actions";
import { Button } from "@/components/ui/button";
import { CHANNEL_NAME } from "@/components/ui/channel-mark";
import { Combobox, type ComboboxOption } from "@/components/ui/combobox";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { FormError } from "@/components/ui/form-error";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { useAnswer } from "@/lib/client/use-answer";
import { CHANNELS, type Channel } from "@/lib/domain/vocabulary";
import type { ClientError } from "@/lib/schemas/action-result";

type AddPriceDialogProps = {
  readonly currency: string;
  /** The account's calendar day, YYYY-MM-DD. */
  readonly today: string;
  readonly defaultCountry: string;
  readonly countries: readonly ComboboxOption[];
};

const FORM_ID = "add-price";

export function AddPriceDialog({ currency, today, defaultCountry, countries }: AddPriceDialogProps) {
  const t = useTranslations("settings.prices");
  const answer = useAnswer();
  const tCommon = useTranslations("common");
  const router = useRouter();
  const start = { channel: "sms" as Channel, country: defaultCountry, price: "", validFrom: today };
  const [open, setOpen] = useState(false);
  const [draft, setDraft] = useState(start);
  const [error, setError] = useState<ClientError | null>(null);
  const [pending, startTransition] = useTransition();
  const set = (change: Partial<typeof draft>) => setDraft((before) => ({ ...before, ...change }));

  function show(next: boolean) {
    setOpen(next);
    setError(null);
    if (next) setDraft(start);
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    startTransition(async () => {
      const result = await answer(addPriceAction(draft));
      if (!result.ok) return setError(result.error);
      show(false);
      toast.success(t("added"));
      router.refresh();
    });
  }

  return (
    <Dialog
      size="sm"
      open={open}
      onOpenChange={show}
      busy={pending}
      title={t("add")}
      description={t("addText")}
      trigger={
        <Button variant="primary" icon={<Plus aria-hidden />}>
          {t("add")}
        </Button>
      }
      footer={
        <>
          <Button onClick={() => show(false)}>{tCommon("cancel")}</Button>
          <Button type="submit" form={FORM_ID} variant="primary" pending={pending}>
            {t("add")}
          </Button>
        </>
      }
    >
      <form id={FORM_ID} onSubmit={submit} noValidate className="flex flex-col gap-4">
        <Field label={t("channel")} error={error?.fields.channel} required>
          <Select
            value={draft.channel}
            onChange={(event) => set({ channel: CHANNELS.find((one) => one === event.target.value) ?? "sms" })}
          >
            {CHANNELS.map((channel) => (
              <option key={channel} value={channel}>
                {CHANNEL_NAME[channel]}
              </option>
            ))}
          </Select>
        </Field>
        <Field label={t("country")} error={error?.fields.country} required>
          <Combobox
            options={[{ value: "*", label: t("allOthers") }, ...countries]}
            value={draft.country}
            placeholder={t("country")}
            onChange={(country) => set({ country: country ?? draft.country })}
          />
        </Field>
        <Field
          label={t("price")}
          hint={t(draft.channel === "sms" ? "perSegment" : "perDelivery")}
          error={error?.fields.price}
          required
        >
          <Input
            inputMode="decimal"
            autoComplete="off"
            maxLength={20}
            value={draft.price}
            suffix={currency}
            onChange={(event) => set({ price: event.target.value })}
          />
        </Field>
        <Field label={t("validFrom")} hint={t("validFromHint")} error={error?.fields.validFrom} required>
          <Input
            type="date"
            min={today}
            value={draft.validFrom}
            onChange={(event) => set({ validFrom: event.target.value })}
          />
        </Field>
        {error === null ? null : <FormError announce>{error.message}</FormError>}
      </form>
    </Dialog>
  );
}
