"use client";

import type { ComponentProps } from "react";
import { cn } from "./cn";
import { useFieldControl } from "./field-context";
import { CONTROL_CLASS } from "./input-styles";

/** Grows with its text where the browser can (field-sizing), between `rows` and 24 lines. */
export function Textarea({ className, rows = 4, ...rest }: ComponentProps<"textarea">) {
  const control = useFieldControl(rest);
  return (
    <textarea
      {...rest}
      {...control}
      rows={rows}
      className={cn(CONTROL_CLASS, "field-sizing-content max-h-[24lh] min-h-[4lh] resize-y py-2", className)}
      style={{ minHeight: `calc(${rows}lh + 18px)`, ...rest.style }}
    />
  );
}
