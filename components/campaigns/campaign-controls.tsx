"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Ban, Copy, Ellipsis, Pause, Play } from "lucide-react";
import { useRouter } from "next/navigation";
import { useFormatter, useTranslations } from "next-intl";
import { useState } from "react";
import { toast } from "sonner";
import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { DropdownMenu, MenuItem } from "@/components/ui/dropdown-menu";
import { IconButton } from "@/components/ui/icon-button";
import { campaignProgressQuery } from "@/lib/client/campaigns";
import type { ActionResult } from "@/lib/schemas/action-result";
import type { CampaignDetail, CampaignProgress } from "@/lib/schemas/campaigns";
import type { CampaignMenuActions } from "./campaign-actions";

type CampaignControlsProps = {
  readonly campaign: Pick<CampaignDetail, "id" | "name">;
  readonly initial: CampaignProgress;
  readonly actions: CampaignMenuActions;
};

type Asking = "pause" | "resume" | "cancel" | null;

/** Pause, resume and cancel, each after saying with the numbers of this moment what will happen. */
export function CampaignControls({ campaign, initial, actions }: CampaignControlsProps) {
  const t = useTranslations("campaigns.controls");
  const format = useFormatter();
  const router = useRouter();
  const client = useQueryClient();
  const { data } = useQuery(campaignProgressQuery(campaign.id, initial));
  const [asking, setAsking] = useState<Asking>(null);
  const { figures, status, people } = data;
  const numbers = {
    unsent: figures.notSent,
    sent: Math.max(0, people - figures.notSent - figures.cancelled),
    waiting: figures.waiting,
  };

  async function run(action: (input: { campaignId: string }) => Promise<ActionResult<void>>): Promise<string | null> {
    const result = await action({ campaignId: campaign.id });
    await client.invalidateQueries({ queryKey: ["campaigns"] });
    router.refresh();
    return result.ok ? null : result.error.message;
  }

  async function duplicate() {
    const name = t("copyName", { name: campaign.name.slice(0, 100) });
    const result = await actions.duplicate({ campaignId: campaign.id, name });
    if (!result.ok) return void toast.error(result.error.message);
    router.push(`/campaigns/${result.data.campaignId}`);
  }

  const isLive = status === "running" || status === "paused";
  return (
    <>
      {status === "running" ? (
        <Button icon={<Pause aria-hidden />} onClick={() => setAsking("pause")}>
          {t("pause")}
        </Button>
      ) : null}
      {status === "paused" ? (
        <Button variant="primary" icon={<Play aria-hidden />} onClick={() => setAsking("resume")}>
          {t("resume")}
        </Button>
      ) : null}
      <DropdownMenu trigger={<IconButton label={t("more")} variant="secondary" icon={<Ellipsis aria-hidden />} />}>
        <MenuItem icon={<Copy aria-hidden className="size-4" />} onSelect={() => void duplicate()}>
          {t("duplicate")}
        </MenuItem>
        {isLive ? (
          <MenuItem tone="danger" icon={<Ban aria-hidden className="size-4" />} onSelect={() => setAsking("cancel")}>
            {t("cancel")}
          </MenuItem>
        ) : null}
      </DropdownMenu>
      {asking === null ? null : (
        <ConfirmDialog
          open
          onOpenChange={(open) => setAsking(open ? asking : null)}
          title={t(`${asking}Title`, { name: campaign.name })}
          description={t(`${asking}Text`, numbers)}
          confirmLabel={t(`${asking}Confirm`, { count: format.number(figures.notSent) })}
          tone={asking === "cancel" ? "danger" : "primary"}
          cancelLabel={t("back")}
          onConfirm={() => run(actions[asking])}
        />
      )}
    </>
  );
}
