"use client";

import { Pause, Play } from "lucide-react";
import { useTranslations } from "next-intl";
import { toast } from "sonner";
import { setConnectionStatusAction } from "@/app/(desk)/connections/actions";
import { Button } from "@/components/ui/button";
import { CHANNEL_NAME } from "@/components/ui/channel-mark";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import type { ConnectionRow } from "@/lib/schemas/connection-list";

type PauseButtonProps = { readonly connection: ConnectionRow; readonly onChanged: () => Promise<void> };

export function PauseButton({ connection, onChanged }: PauseButtonProps) {
  const t = useTranslations("connections");
  const deed = connection.status === "active" ? "pause" : "resume";
  const values = { name: connection.name, channel: CHANNEL_NAME[connection.channel] };

  async function perform(): Promise<string | null> {
    const status = deed === "pause" ? "paused" : "active";
    const result = await setConnectionStatusAction({ connectionId: connection.id, status });
    if (!result.ok) return result.error.message;
    toast.success(t(`${deed}.done`, values));
    await onChanged();
    return null;
  }

  return (
    <ConfirmDialog
      trigger={
        <Button
          size="sm"
          aria-label={t(`${deed}.label`, values)}
          icon={deed === "pause" ? <Pause aria-hidden /> : <Play aria-hidden />}
        >
          {t(`${deed}.action`)}
        </Button>
      }
      tone={deed === "pause" ? "danger" : "primary"}
      title={t(`${deed}.title`, values)}
      description={t(`${deed}.text`, values)}
      confirmLabel={t(`${deed}.action`)}
      onConfirm={perform}
    />
  );
}
