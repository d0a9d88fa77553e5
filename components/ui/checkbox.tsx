"use client";

import { Check, Minus } from "lucide-react";
import { useEffect, useId, useRef, type ComponentProps, type ReactNode } from "react";
import { cn } from "./cn";

type CheckboxProps = Omit<ComponentProps<"input">, "type" | "ref"> & {
  readonly label: ReactNode;
  readonly hint?: ReactNode;
  readonly labelHidden?: boolean;
  /** Some of the group, not all of it. */
  readonly indeterminate?: boolean;
};

export function Checkbox({
  label,
  hint,
  labelHidden = false,
  indeterminate = false,
  className,
  ...rest
}: CheckboxProps) {
  const hintId = useId();
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (box.current) box.current.indeterminate = indeterminate;
  }, [indeterminate]);
  return (
    <label
      className={cn(
        "flex items-start gap-2.5 text-base has-disabled:cursor-not-allowed has-disabled:opacity-60",
        className,
      )}
    >
      <span className="relative mt-[2px] grid size-4.5 shrink-0 place-items-center">
        <input
          {...rest}
          ref={box}
          type="checkbox"
          aria-describedby={hint ? hintId : undefined}
          className="peer border-control bg-surface checked:border-accent checked:bg-accent indeterminate:border-accent indeterminate:bg-accent col-start-1 row-start-1 size-4.5 appearance-none rounded-sm border transition-colors duration-100"
        />
        <Check
          aria-hidden
          strokeWidth={3}
          className="text-on-accent pointer-events-none invisible col-start-1 row-start-1 size-3.5 peer-checked:visible peer-indeterminate:invisible"
        />
        <Minus
          aria-hidden
          strokeWidth={3}
          className="text-on-accent pointer-events-none invisible col-start-1 row-start-1 size-3.5 peer-indeterminate:visible"
        />
      </span>
      <span className={cn("min-w-0", labelHidden && "sr-only")}>
        {label}
        {hint ? (
          <span id={hintId} className="text-text-3 block text-xs">
            {hint}
          </span>
        ) : null}
      </span>
    </label>
  );
}
