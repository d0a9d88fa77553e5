import {
  Ban,
  Check,
  CheckCheck,
  CircleDashed,
  CircleHelp,
  CircleX,
  Clock,
  Hourglass,
  Pause,
  PencilLine,
  Send,
  type LucideIcon,
} from "lucide-react";
import { useTranslations } from "next-intl";
import type { AttemptStatus, CampaignStatus, MessageStatus } from "@/lib/domain/vocabulary";
import { Badge, type BadgeTone } from "./badge";

type Look = { readonly tone: BadgeTone; readonly icon: LucideIcon };

const MESSAGE_LOOK = {
  queued: { tone: "neutral", icon: CircleDashed },
  in_flight: { tone: "accent", icon: Send },
  waiting: { tone: "accent", icon: Hourglass },
  delivered: { tone: "ok", icon: Check },
  read: { tone: "ok", icon: CheckCheck },
  failed: { tone: "bad", icon: CircleX },
  unknown: { tone: "warn", icon: CircleHelp },
  suppressed: { tone: "neutral", icon: Ban },
  cancelled: { tone: "neutral", icon: Ban },
} as const satisfies Record<MessageStatus, Look>;

const ATTEMPT_LOOK = {
  not_sent: { tone: "neutral", icon: CircleDashed },
  unknown: { tone: "warn", icon: CircleHelp },
  refused: { tone: "bad", icon: CircleX },
  accepted: { tone: "accent", icon: Send },
  sent: { tone: "accent", icon: Send },
  failed: { tone: "bad", icon: CircleX },
  delivered: { tone: "ok", icon: Check },
  read: { tone: "ok", icon: CheckCheck },
} as const satisfies Record<AttemptStatus, Look>;

const CAMPAIGN_LOOK = {
  draft: { tone: "neutral", icon: PencilLine },
  running: { tone: "accent", icon: Send },
  paused: { tone: "warn", icon: Pause },
  completed: { tone: "ok", icon: Check },
  cancelled: { tone: "neutral", icon: Ban },
} as const satisfies Record<CampaignStatus, Look>;

const SCHEDULED: Look = { tone: "neutral", icon: Clock };

export type StatusBadgeProps = { readonly className?: string } & (
  | { readonly kind: "message"; readonly status: MessageStatus }
  | { readonly kind: "attempt"; readonly status: AttemptStatus }
  | { readonly kind: "campaign"; readonly status: CampaignStatus | "scheduled" }
);

/** The word of a status with its colour and icon, the same wherever the status is shown. */
export function StatusBadge(props: StatusBadgeProps) {
  const t = useTranslations("common.status");
  const { tone, icon: Icon } = lookOf(props);
  return (
    <Badge tone={tone} icon={<Icon aria-hidden />} {...(props.className ? { className: props.className } : {})}>
      {t(`${props.kind}.${props.status}`)}
    </Badge>
  );
}

function lookOf(props: StatusBadgeProps): Look {
  if (props.kind === "message") return MESSAGE_LOOK[props.status];
  if (props.kind === "attempt") return ATTEMPT_LOOK[props.status];
  return props.status === "scheduled" ? SCHEDULED : CAMPAIGN_LOOK[props.status];
}
