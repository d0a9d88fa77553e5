import { CircleAlert, CircleCheck, Info, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { cn } from "./cn";

type CalloutTone = "info" | "accent" | "ok" | "warn" | "bad";

type CalloutProps = {
  readonly tone?: CalloutTone;
  readonly title?: ReactNode;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
  /** It came up after something the person did: read out at once. */
  readonly announce?: boolean;
  readonly className?: string;
};

const LOOK = {
  info: { box: "border-line bg-surface-2", icon: "text-text-2", Icon: Info },
  accent: {
    box: "bg-accent-soft border-[color-mix(in_oklab,var(--accent)_30%,transparent)]",
    icon: "text-accent",
    Icon: Info,
  },
  ok: { box: "bg-ok-soft border-[color-mix(in_oklab,var(--ok)_30%,transparent)]", icon: "text-ok", Icon: CircleCheck },
  warn: {
    box: "bg-warn-soft border-[color-mix(in_oklab,var(--warn)_30%,transparent)]",
    icon: "text-warn",
    Icon: TriangleAlert,
  },
  bad: {
    box: "bg-bad-soft border-[color-mix(in_oklab,var(--bad)_30%,transparent)]",
    icon: "text-bad",
    Icon: CircleAlert,
  },
} as const;

export function Callout({ tone = "info", title, children, actions, announce = false, className }: CalloutProps) {
  const { box, icon, Icon } = LOOK[tone];
  return (
    <div
      role={announce ? (tone === "bad" ? "alert" : "status") : undefined}
      className={cn("flex gap-3 rounded-xl border px-4 py-3", box, className)}
    >
      <Icon aria-hidden className={cn("mt-0.5 size-4.5 shrink-0", icon)} />
      <div className="min-w-0 flex-1">
        {title ? <p className="font-[600]">{title}</p> : null}
        {children ? <div className="text-pretty">{children}</div> : null}
        {actions ? <div className="mt-2.5 flex flex-wrap gap-2">{actions}</div> : null}
      </div>
    </div>
  );
}
