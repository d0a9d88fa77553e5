"use client";

import { Archive, ArchiveRestore, Copy, Ellipsis } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { toast } from "sonner";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { DropdownMenu, MenuItem } from "@/components/ui/dropdown-menu";
import { IconButton } from "@/components/ui/icon-button";
import type { TemplateDetail } from "@/lib/schemas/templates";
import type { TemplateMenuActions } from "./template-actions";

type TemplateMenuProps = {
  readonly template: Pick<TemplateDetail, "id" | "name" | "archived">;
  readonly actions: TemplateMenuActions;
};

export function TemplateMenu({ template, actions }: TemplateMenuProps) {
  const t = useTranslations("templates.menu");
  const router = useRouter();
  const [asking, setAsking] = useState(false);

  async function duplicate() {
    const name = t("copyName", { name: template.name.slice(0, 100) });
    const result = await actions.duplicate({ templateId: template.id, name });
    if (!result.ok) return void toast.error(result.error.message);
    router.push(`/templates/${result.data.templateId}`);
  }

  async function setArchived(archived: boolean): Promise<string | null> {
    const result = await actions.setArchived({ templateId: template.id, archived });
    if (!result.ok) return result.error.message;
    toast.success(archived ? t("archived") : t("restored"));
    router.refresh();
    return null;
  }

  return (
    <>
      <DropdownMenu trigger={<IconButton label={t("more")} icon={<Ellipsis aria-hidden />} variant="secondary" />}>
        <MenuItem icon={<Copy aria-hidden className="size-4" />} onSelect={() => void duplicate()}>
          {t("duplicate")}
        </MenuItem>
        {template.archived ? (
          <MenuItem
            icon={<ArchiveRestore aria-hidden className="size-4" />}
            onSelect={() => void setArchived(false).then((problem) => problem !== null && toast.error(problem))}
          >
            {t("restore")}
          </MenuItem>
        ) : (
          <MenuItem icon={<Archive aria-hidden className="size-4" />} onSelect={() => setAsking(true)}>
            {t("archive")}
          </MenuItem>
        )}
      </DropdownMenu>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={t("archiveTitle", { name: template.name })}
        description={t("archiveText")}
        confirmLabel={t("archive")}
        onConfirm={() => setArchived(true)}
      />
    </>
  );
}
