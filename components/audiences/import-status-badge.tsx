import { useTranslations } from "next-intl";
import { Badge, type BadgeTone } from "@/components/ui/badge";
import type { ImportStatus } from "@/lib/schemas/audiences-imports";

const TONE = {
  uploaded: "neutral",
  queued: "accent",
  running: "accent",
  completed: "ok",
  failed: "bad",
  cancelled: "warn",
} as const satisfies Record<ImportStatus, BadgeTone>;

export function ImportStatusBadge({ status }: { readonly status: ImportStatus }) {
  const t = useTranslations("imports");
  return <Badge tone={TONE[status]}>{t(`status.${status}`)}</Badge>;
}
