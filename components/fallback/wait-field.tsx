"use client";

import { useTranslations } from "next-intl";
import { useState, type ReactNode } from "react";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";

const UNIT_S = { s: 1, min: 60, h: 3_600, d: 86_400 } as const;
type Unit = keyof typeof UNIT_S;

type WaitFieldProps = {
  readonly label: string;
  readonly hint: ReactNode;
  readonly error: string | undefined;
  readonly units: readonly Unit[];
  readonly defaultS: number;
  readonly onChange: (seconds: number) => void;
};

/** A duration as a number and a unit; gives back seconds. */
export function WaitField({ label, hint, error, units, defaultS, onChange }: WaitFieldProps) {
  const t = useTranslations("fallback.unit");
  const [unit, setUnit] = useState<Unit>(() => largestUnit(units, defaultS));
  const [amount, setAmount] = useState(() => String(defaultS / UNIT_S[unit]));
  const change = (nextAmount: string, nextUnit: Unit) => {
    setAmount(nextAmount);
    setUnit(nextUnit);
    onChange(nextAmount.trim() === "" ? Number.NaN : Number(nextAmount) * UNIT_S[nextUnit]);
  };
  return (
    <Field label={label} hint={hint} error={error} required>
      <div className="flex gap-2">
        <Input
          type="number"
          inputMode="numeric"
          min={1}
          step={1}
          className="w-28"
          value={amount}
          onChange={(event) => change(event.target.value, unit)}
        />
        <Select
          id={`${label}-unit`}
          aria-label={t("label", { field: label })}
          className="w-36"
          value={unit}
          onChange={(event) => change(amount, units.find((one) => one === event.target.value) ?? "s")}
        >
          {units.map((one) => (
            <option key={one} value={one}>
              {t(one)}
            </option>
          ))}
        </Select>
      </div>
    </Field>
  );
}

function largestUnit(units: readonly Unit[], seconds: number): Unit {
  return [...units].reverse().find((unit) => seconds >= UNIT_S[unit] && seconds % UNIT_S[unit] === 0) ?? "s";
}
