import type { ReactNode } from "react";
import { cn } from "./cn";

export type Definition = {
  readonly key: string;
  readonly term: ReactNode;
  readonly value: ReactNode;
  /** The line that sums up the others. */
  readonly strong?: boolean;
};

type DefinitionListProps = {
  readonly items: readonly Definition[];
  /** `split` puts values at the right edge (sums); `rows` beside their terms (facts). */
  readonly layout?: "split" | "rows";
  readonly className?: string;
};

export function DefinitionList({ items, layout = "split", className }: DefinitionListProps) {
  return (
    <dl className={cn("flex flex-col gap-1.5", className)}>
      {items.map((item) => (
        <div
          key={item.key}
          className={cn(
            layout === "split"
              ? "flex items-baseline justify-between gap-4"
              : "gap-x-4 sm:grid sm:grid-cols-[160px_1fr]",
          )}
        >
          <dt
            className={cn(item.strong ? "text-text font-[600]" : "text-text-2", layout === "rows" && "max-sm:text-xs")}
          >
            {item.term}
          </dt>
          <dd
            className={cn(
              "tabular min-w-0 [overflow-wrap:anywhere]",
              layout === "split" && "text-right",
              item.strong && "font-[600]",
            )}
          >
            {item.value}
          </dd>
        </div>
      ))}
    </dl>
  );
}
