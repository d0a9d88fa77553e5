import type { ReactNode } from "react";
import { cn } from "./cn";

type EmptyStateProps = {
  readonly icon?: ReactNode;
  readonly title: ReactNode;
  /** Teaches the next step. */
  readonly text?: ReactNode;
  readonly action?: ReactNode;
  readonly compact?: boolean;
  readonly className?: string;
};

export function EmptyState({ icon, title, text, action, compact = false, className }: EmptyStateProps) {
  return (
    <div className={cn("flex flex-col items-center px-6 text-center", compact ? "py-8" : "py-14", className)}>
      {icon ? (
        <span
          aria-hidden
          className="bg-surface-2 text-text-2 mb-3 grid size-10 place-items-center rounded-xl [&_svg]:size-5"
        >
          {icon}
        </span>
      ) : null}
      <div className="text-md font-[600]">{title}</div>
      {text ? <div className="text-text-2 mt-1 max-w-[52ch] text-pretty">{text}</div> : null}
      {action ? <div className="mt-4 flex flex-wrap justify-center gap-2">{action}</div> : null}
    </div>
  );
}
