import type { ComponentProps, ReactNode } from "react";
import { cn } from "./cn";

type CardProps = Omit<ComponentProps<"section">, "title"> & {
  readonly title?: ReactNode;
  /** Under the title, in a quiet voice. */
  readonly sub?: ReactNode;
  /** At the right of the title. */
  readonly actions?: ReactNode;
  /** `none` for a table that reaches the edges. */
  readonly padding?: "normal" | "none";
  readonly headingLevel?: 2 | 3;
};

export function Card({
  title,
  sub,
  actions,
  padding = "normal",
  headingLevel = 2,
  className,
  children,
  ...rest
}: CardProps) {
  const Heading = headingLevel === 2 ? "h2" : "h3";
  const hasHead = title !== undefined || actions !== undefined;
  return (
    <section
      {...rest}
      className={cn(
        "border-line bg-surface shadow-card min-w-0 rounded-xl border",
        padding === "normal" && "px-4 py-4 sm:px-5",
        className,
      )}
    >
      {hasHead ? (
        <div
          className={cn(
            "flex flex-wrap items-start justify-between gap-x-4 gap-y-2",
            padding === "none" ? "px-4 pt-4 pb-2 sm:px-5" : "mb-3",
          )}
        >
          <div className="min-w-0">
            {title === undefined ? null : <Heading className="text-base font-[600]">{title}</Heading>}
            {sub === undefined ? null : <p className="text-text-3 text-xs">{sub}</p>}
          </div>
          {actions === undefined ? null : <div className="flex flex-wrap items-center gap-2">{actions}</div>}
        </div>
      ) : null}
      {children}
    </section>
  );
}
