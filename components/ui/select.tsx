"use client";

import { ChevronDown } from "lucide-react";
import type { ComponentProps } from "react";
import { cn } from "./cn";
import { useFieldControl } from "./field-context";
import { CONTROL_CLASS } from "./input-styles";

type SelectProps = Omit<ComponentProps<"select">, "size"> & { readonly size?: "sm" | "md" };

/** The browser's own list, so that a phone shows its own wheel; `<option>`s are the children. */
export function Select({ className, children, size = "md", ...rest }: SelectProps) {
  const control = useFieldControl(rest);
  return (
    <span className={cn("relative block min-w-0", className)}>
      <select
        {...rest}
        {...control}
        className={cn(
          CONTROL_CLASS,
          "appearance-none truncate pr-8",
          size === "sm" ? "h-8 text-sm pointer-coarse:h-10" : "h-9 pointer-coarse:h-11",
        )}
      >
        {children}
      </select>
      <ChevronDown
        aria-hidden
        className="text-text-3 pointer-events-none absolute top-1/2 right-2.5 size-4 -translate-y-1/2"
      />
    </span>
  );
}
