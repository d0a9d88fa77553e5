"use client";

import { useTranslations } from "next-intl";
import { useState, type FormEvent } from "react";
import { toast } from "sonner";
import { setFaultAction } from "@/app/(desk)/laboratory/actions";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { CHANNEL_NAME } from "@/components/ui/channel-mark";
import { Field } from "@/components/ui/field";
import { FormError } from "@/components/ui/form-error";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { useAnswer } from "@/lib/client/use-answer";
import { FAULT_KINDS, SCENARIOS } from "@/lib/domain/laboratory/vocabulary";
import { CHANNELS } from "@/lib/domain/vocabulary";
import type { ClientError } from "@/lib/schemas/action-result";
import type { SandboxLink } from "@/lib/schemas/laboratory";
import { AMOUNT_KINDS, hasAmount, isSmsOnly, newFault, readFault, type FaultDraft } from "./fault-draft";

type FaultFormProps = { readonly links: readonly SandboxLink[]; readonly onChanged: () => Promise<void> };

/** A fault of one's own: what, where, for whom and when. */
export function FaultForm({ links, onChanged }: FaultFormProps) {
  const t = useTranslations("laboratory");
  const answer = useAnswer();
  const [draft, setDraft] = useState<FaultDraft>(newFault);
  const [pending, setPending] = useState(false);
  const [error, setError] = useState<ClientError | null>(null);
  const change = (part: Partial<FaultDraft>) => setDraft((last) => ({ ...last, ...part }));

  async function submit(event: FormEvent) {
    event.preventDefault();
    setPending(true);
    const result = await answer(setFaultAction(readFault(draft)));
    setPending(false);
    setError(result.ok ? null : result.error);
    if (!result.ok) return;
    toast.success(t("presets.done"));
    setDraft(newFault());
    await onChanged();
  }

  const fieldError = (name: string): string | undefined =>
    Object.entries(error?.fields ?? {}).find(([path]) => path === name || path.startsWith(`${name}.`))?.[1];
  return (
    <Card title={t("form.title")} sub={t("form.sub")}>
      <form onSubmit={(event) => void submit(event)} className="grid grid-cols-1 gap-3.5 sm:grid-cols-2">
        <Field label={t("form.kind")} error={fieldError("kind")}>
          <Select
            value={draft.kind}
            onChange={({ target }) => change({ kind: FAULT_KINDS.find((kind) => kind === target.value) ?? "outage" })}
          >
            {FAULT_KINDS.map((kind) => (
              <option key={kind} value={kind}>
                {t(`kind.${kind}`)}
              </option>
            ))}
          </Select>
        </Field>
        <ChannelField draft={draft} links={links} change={change} error={fieldError("channel")} />
        <ParamField draft={draft} change={change} error={fieldError("amount")} />
        {draft.kind === "session_drops" ? null : (
          <>
            <Field label={t("form.share")} error={fieldError("sharePercent")}>
              <Input
                type="number"
                min={1}
                max={100}
                required
                suffix={t("form.percent")}
                value={draft.share}
                onChange={({ target }) => change({ share: target.value })}
              />
            </Field>
            <Field
              label={t("form.numbers")}
              optional
              hint={t("form.numbersHint")}
              error={fieldError("numbers")}
              className="sm:col-span-2"
            >
              <Input
                value={draft.numbers}
                onChange={({ target }) => change({ numbers: target.value })}
                spellCheck={false}
              />
            </Field>
          </>
        )}
        <Field label={t("form.startsAt")} optional hint={t("form.startsAtHint")} error={fieldError("startsAt")}>
          <Input
            type="datetime-local"
            value={draft.startsAt}
            onChange={({ target }) => change({ startsAt: target.value })}
          />
        </Field>
        <Field label={t("form.minutes")} optional hint={t("form.minutesHint")} error={fieldError("minutes")}>
          <Input
            type="number"
            min={0.1}
            step="any"
            suffix={t("form.min")}
            value={draft.minutes}
            onChange={({ target }) => change({ minutes: target.value })}
          />
        </Field>
        <Field label={t("form.note")} optional error={fieldError("note")} className="sm:col-span-2">
          <Input maxLength={200} value={draft.note} onChange={({ target }) => change({ note: target.value })} />
        </Field>
        {error === null ? null : (
          <FormError announce className="sm:col-span-2">
            {error.message}
          </FormError>
        )}
        <div className="sm:col-span-2">
          <Button type="submit" variant="primary" pending={pending}>
            {t("form.set")}
          </Button>
        </div>
      </form>
    </Card>
  );
}

type PartProps = {
  readonly draft: FaultDraft;
  readonly change: (part: Partial<FaultDraft>) => void;
  readonly error: string | undefined;
};

function ChannelField({ draft, links, change, error }: PartProps & { readonly links: readonly SandboxLink[] }) {
  const t = useTranslations("laboratory");
  const channels = CHANNELS.filter((channel) => links.some((link) => link.channel === channel));
  return (
    <Field label={t("form.channel")} error={error}>
      <Select
        value={isSmsOnly(draft.kind) ? "sms" : draft.channel}
        disabled={isSmsOnly(draft.kind)}
        onChange={({ target }) => change({ channel: CHANNELS.find((one) => one === target.value) ?? "" })}
      >
        <option value="">{t("everyChannel")}</option>
        {channels.map((channel) => (
          <option key={channel} value={channel}>
            {CHANNEL_NAME[channel]}
          </option>
        ))}
      </Select>
    </Field>
  );
}

/** What the kind wants to know: a number with its unit, a format, or a scenario. */
function ParamField({ draft, change, error }: PartProps) {
  const t = useTranslations("laboratory");
  if (draft.kind === "ids") {
    return (
      <Field label={t("form.format")}>
        <Select
          value={draft.format}
          onChange={({ target }) => change({ format: target.value === "decimal" ? "decimal" : "hex" })}
        >
          <option value="hex">{t("form.hex")}</option>
          <option value="decimal">{t("form.decimal")}</option>
        </Select>
      </Field>
    );
  }
  if (draft.kind === "scenario") {
    return (
      <Field label={t("form.scenario")}>
        <Select
          value={draft.scenario}
          onChange={({ target }) => change({ scenario: SCENARIOS.find((one) => one === target.value) ?? "never" })}
        >
          {SCENARIOS.map((scenario) => (
            <option key={scenario} value={scenario}>
              {t(`scenario.${scenario}`)}
            </option>
          ))}
        </Select>
      </Field>
    );
  }
  if (!hasAmount(draft.kind)) return null;
  return (
    <Field label={t(`form.amount.${draft.kind}`)} error={error}>
      <Input
        type="number"
        min={AMOUNT_KINDS[draft.kind].min}
        step="any"
        required
        value={draft.amounts[draft.kind]}
        onChange={({ target }) => change({ amounts: { ...draft.amounts, [draft.kind]: target.value } })}
      />
    </Field>
  );
}
