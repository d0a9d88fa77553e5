"use client";

import { Copy, Ellipsis, Trash2 } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { toast } from "sonner";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { DropdownMenu, MenuItem } from "@/components/ui/dropdown-menu";
import { IconButton } from "@/components/ui/icon-button";
import type { CampaignDetail } from "@/lib/schemas/campaigns";
import type { CampaignMenuActions } from "./campaign-actions";

type DraftMenuProps = {
  readonly campaign: Pick<CampaignDetail, "id" | "name">;
  readonly actions: Pick<CampaignMenuActions, "remove" | "duplicate">;
};

export function DraftMenu({ campaign, actions }: DraftMenuProps) {
  const t = useTranslations("campaigns.controls");
  const router = useRouter();
  const [asking, setAsking] = useState(false);

  async function duplicate() {
    const name = t("copyName", { name: campaign.name.slice(0, 100) });
    const result = await actions.duplicate({ campaignId: campaign.id, name });
    if (!result.ok) return void toast.error(result.error.message);
    router.push(`/campaigns/${result.data.campaignId}`);
  }

  async function remove(): Promise<string | null> {
    const result = await actions.remove({ campaignId: campaign.id });
    if (!result.ok) return result.error.message;
    toast.success(t("deleted"));
    router.push("/campaigns");
    router.refresh();
    return null;
  }

  return (
    <>
      <DropdownMenu trigger={<IconButton label={t("more")} variant="secondary" icon={<Ellipsis aria-hidden />} />}>
        <MenuItem icon={<Copy aria-hidden className="size-4" />} onSelect={() => void duplicate()}>
          {t("duplicate")}
        </MenuItem>
        <MenuItem tone="danger" icon={<Trash2 aria-hidden className="size-4" />} onSelect={() => setAsking(true)}>
          {t("delete")}
        </MenuItem>
      </DropdownMenu>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        tone="danger"
        title={t("deleteTitle", { name: campaign.name })}
        description={t("deleteText")}
        confirmLabel={t("delete")}
        onConfirm={remove}
      />
    </>
  );
}
