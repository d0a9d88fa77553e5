import type { ReactNode } from "react";
import { cn } from "./cn";

export function Kbd({ children, className }: { readonly children: ReactNode; readonly className?: string }) {
  return (
    <kbd
      className={cn(
        "border-line bg-surface-2 text-text-3 inline-block rounded-sm border px-1.5 font-sans text-2xs font-[500]",
        className,
      )}
    >
      {children}
    </kbd>
  );
}
