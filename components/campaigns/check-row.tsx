import { Check, TriangleAlert, X } from "lucide-react";
import type { ReactNode } from "react";
import { cn } from "@/components/ui/cn";

const LOOK = {
  ok: { className: "bg-ok-soft text-ok", Icon: Check },
  warn: { className: "bg-warn-soft text-warn", Icon: TriangleAlert },
  bad: { className: "bg-bad-soft text-bad", Icon: X },
} as const;

type CheckRowProps = {
  readonly tone: keyof typeof LOOK;
  /** The tone in words, for those who cannot see it. */
  readonly said: string;
  readonly children: ReactNode;
  readonly note?: ReactNode;
};

export function CheckRow({ tone, said, children, note }: CheckRowProps) {
  const { className, Icon } = LOOK[tone];
  return (
    <li className="border-line flex items-start gap-2.5 border-b py-2 last:border-b-0 last:pb-0">
      <span className={cn("mt-px grid size-5 shrink-0 place-items-center rounded-full", className)}>
        <Icon aria-hidden className="size-3" strokeWidth={2.75} />
        <span className="sr-only">{said}</span>
      </span>
      <div className="min-w-0">
        {children}
        {note ? <div className="text-text-3 text-xs">{note}</div> : null}
      </div>
    </li>
  );
}
