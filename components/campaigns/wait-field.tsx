"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { Field } from "@/components/ui/field";
import { HelpLink } from "@/components/ui/help-link";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { WAIT_LIMITS_S } from "@/lib/schemas/accounts-fallback";
import type { Category } from "@/lib/domain/vocabulary";
import { useDuration } from "./use-duration";

const UNITS = { seconds: 1, minutes: 60, hours: 3_600, days: 86_400 } as const;
type Unit = keyof typeof UNITS;

type WaitFieldProps = {
  readonly category: Category;
  readonly defaultWaitS: number;
  readonly waitS: number;
  /** Called with waits within the limits only. */
  readonly onChange: (waitS: number) => void;
  readonly onValid: (valid: boolean) => void;
};

function unitOf(seconds: number): Unit {
  if (seconds >= 86_400 && seconds % 86_400 === 0) return "days";
  if (seconds >= 3_600 && seconds % 3_600 === 0) return "hours";
  return seconds >= 120 && seconds % 60 === 0 ? "minutes" : "seconds";
}

export function WaitField({ category, defaultWaitS, waitS, onChange, onValid }: WaitFieldProps) {
  const t = useTranslations("campaigns.route");
  const duration = useDuration();
  const [unit, setUnit] = useState<Unit>(() => unitOf(waitS));
  const [text, setText] = useState(() => String(waitS / UNITS[unitOf(waitS)]));
  const limits = WAIT_LIMITS_S[category];
  const seconds = /^\d{1,7}$/.test(text.trim()) ? Number(text.trim()) * UNITS[unit] : null;
  const valid = seconds !== null && seconds >= limits.min && seconds <= limits.max;

  function change(nextText: string, nextUnit: Unit) {
    setText(nextText);
    setUnit(nextUnit);
    const next = /^\d{1,7}$/.test(nextText.trim()) ? Number(nextText.trim()) * UNITS[nextUnit] : null;
    const ok = next !== null && next >= limits.min && next <= limits.max;
    onValid(ok);
    if (ok) onChange(next);
  }

  return (
    <Field
      label={t("wait")}
      hint={t("waitHint", { default: duration(defaultWaitS) })}
      error={valid ? undefined : t("waitLimits", { min: duration(limits.min), max: duration(limits.max) })}
      aside={<HelpLink topic="fallback" label={t("waitHelp")} />}
    >
      <div className="flex gap-2">
        <Input
          inputMode="numeric"
          className="w-28"
          maxLength={7}
          value={text}
          onChange={(event) => change(event.target.value, unit)}
        />
        <Select
          aria-label={t("unit")}
          id="wait-unit"
          className="w-36"
          value={unit}
          onChange={(event) => change(text, event.target.value as Unit)}
        >
          {(Object.keys(UNITS) as Unit[]).map((name) => (
            <option key={name} value={name}>
              {t(`units.${name}`)}
            </option>
          ))}
        </Select>
      </div>
    </Field>
  );
}
