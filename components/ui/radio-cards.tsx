"use client";

import { useId, type ReactNode } from "react";
import { cn } from "./cn";

export type RadioCard<Value extends string> = {
  readonly value: Value;
  readonly label: ReactNode;
  readonly hint?: ReactNode;
  /** At the right: a price, a badge. */
  readonly aside?: ReactNode;
  readonly disabled?: boolean;
};

type RadioCardsProps<Value extends string> = {
  readonly legend: ReactNode;
  readonly legendHidden?: boolean;
  readonly name: string;
  readonly options: readonly RadioCard<Value>[];
  readonly value?: Value;
  readonly defaultValue?: Value;
  readonly onChange?: (value: Value) => void;
  readonly columns?: 1 | 2 | 3;
  readonly error?: string | null | undefined;
  readonly className?: string;
};

const COLUMNS = { 1: "", 2: "sm:grid-cols-2", 3: "sm:grid-cols-3" } as const;

/** A choice of few where each needs a line of explanation. Real radio inputs: arrow keys and forms work. */
export function RadioCards<Value extends string>(props: RadioCardsProps<Value>) {
  const id = useId();
  return (
    <fieldset aria-describedby={props.error ? `${id}-error` : undefined} className={cn("min-w-0", props.className)}>
      <legend className={cn("mb-1.5 text-sm font-[550]", props.legendHidden && "sr-only")}>{props.legend}</legend>
      <div className={cn("grid gap-2", COLUMNS[props.columns ?? 1])}>
        {props.options.map((option) => (
          <label
            key={option.value}
            className={cn(
              "border-line bg-surface hover:border-line-strong flex items-start gap-3 rounded-xl border px-3.5 py-3 transition-colors duration-100",
              "has-checked:border-accent-2 has-checked:bg-accent-soft has-focus-visible:outline-accent-2 has-focus-visible:outline-2 has-focus-visible:outline-offset-2",
              "has-disabled:cursor-not-allowed has-disabled:opacity-60",
            )}
          >
            <input
              type="radio"
              name={props.name}
              value={option.value}
              disabled={option.disabled}
              {...(props.value === undefined
                ? { defaultChecked: props.defaultValue === option.value }
                : { checked: props.value === option.value })}
              onChange={() => props.onChange?.(option.value)}
              className="border-control bg-surface checked:border-accent mt-[3px] size-4 shrink-0 appearance-none rounded-full border checked:border-[5px] focus-visible:outline-none"
            />
            <span className="min-w-0 flex-1">
              <span className="block font-[550]">{option.label}</span>
              {option.hint ? <span className="text-text-2 block text-sm">{option.hint}</span> : null}
            </span>
            {option.aside ? <span className="shrink-0 text-sm">{option.aside}</span> : null}
          </label>
        ))}
      </div>
      {props.error ? (
        <p id={`${id}-error`} className="text-bad mt-1.5 text-sm">
          {props.error}
        </p>
      ) : null}
    </fieldset>
  );
}
