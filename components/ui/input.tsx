"use client";

import type { ComponentProps, ReactNode } from "react";
import { cn } from "./cn";
import { useFieldControl } from "./field-context";
import { CONTROL_CLASS } from "./input-styles";

type InputProps = Omit<ComponentProps<"input">, "prefix"> & {
  /** Inside the box, before and after the text: an icon, a unit. */
  readonly prefix?: ReactNode;
  readonly suffix?: ReactNode;
};

export function Input({ className, prefix, suffix, type = "text", ...rest }: InputProps) {
  const control = useFieldControl(rest);
  const box = (
    <input
      {...rest}
      {...control}
      type={type}
      className={cn(
        CONTROL_CLASS,
        "h-9 pointer-coarse:h-11",
        type === "number" && "tabular",
        prefix !== undefined && "pl-9",
        suffix !== undefined && "pr-14",
        prefix === undefined && suffix === undefined && className,
      )}
    />
  );
  if (prefix === undefined && suffix === undefined) return box;
  return (
    <div className={cn("relative", className)}>
      {prefix === undefined ? null : (
        <span className="text-text-3 pointer-events-none absolute inset-y-0 left-0 grid w-9 place-items-center text-sm [&_svg]:size-4">
          {prefix}
        </span>
      )}
      {box}
      {suffix === undefined ? null : (
        <span className="text-text-3 absolute inset-y-0 right-0 flex items-center pr-3 text-sm">{suffix}</span>
      )}
    </div>
  );
}
