import { ArrowDown, ArrowUp } from "lucide-react";
import Link from "next/link";
import { useId, type ReactNode } from "react";
import { cn } from "./cn";
import { Skeleton } from "./skeleton";

export type StatDelta = {
  readonly text: string;
  readonly direction?: "up" | "down";
  /** Whether the change is welcome; the arrow says which way, the colour only adds to it. */
  readonly tone?: "ok" | "bad" | "neutral";
};

type StatTileProps = {
  readonly label: ReactNode;
  readonly value: ReactNode;
  /** Where the number's rows are: every number is a link to what is behind it. */
  readonly href?: string;
  readonly delta?: StatDelta;
  readonly sub?: ReactNode;
  /** A HelpLink. */
  readonly help?: ReactNode;
  readonly loading?: boolean;
  readonly className?: string;
};

const TONE = { ok: "text-ok", bad: "text-bad", neutral: "text-text-2" } as const;

export function StatTile({ label, value, href, delta, sub, help, loading = false, className }: StatTileProps) {
  const labelId = useId();
  const number = loading ? <Skeleton className="my-1 h-[22px] w-24" /> : value;
  return (
    <div
      role="group"
      aria-labelledby={labelId}
      className={cn("border-line bg-surface shadow-card min-w-0 rounded-xl border px-4 py-3.5", className)}
    >
      <div className="text-text-2 flex items-center gap-1.5 text-sm">
        <span id={labelId}>{label}</span>
        {help}
      </div>
      <div className="flex flex-wrap items-baseline gap-x-2">
        <span className="tabular text-2xl font-[650] tracking-[-0.02em]">
          {href === undefined || loading ? (
            number
          ) : (
            <Link href={href} className="number-link">
              {number}
            </Link>
          )}
        </span>
        {delta === undefined || loading ? null : (
          <span className={cn("tabular inline-flex items-center gap-0.5 text-xs", TONE[delta.tone ?? "neutral"])}>
            {delta.direction === "up" ? <ArrowUp aria-hidden className="size-3" /> : null}
            {delta.direction === "down" ? <ArrowDown aria-hidden className="size-3" /> : null}
            {delta.text}
          </span>
        )}
      </div>
      {sub === undefined ? null : <div className="text-text-3 text-xs">{sub}</div>}
    </div>
  );
}
