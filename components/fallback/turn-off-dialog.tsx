"use client";

import { useTranslations } from "next-intl";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";

type TurnOffDialogProps = { readonly open: boolean; readonly onCancel: () => void; readonly onConfirm: () => void };

export function TurnOffDialog({ open, onCancel, onConfirm }: TurnOffDialogProps) {
  const t = useTranslations("fallback");
  const tCommon = useTranslations("common");
  return (
    <Dialog
      size="sm"
      open={open}
      onOpenChange={(next) => (next ? undefined : onCancel())}
      title={t("off.title")}
      description={t("off.text")}
      footer={
        <>
          <Button onClick={onCancel}>{tCommon("cancel")}</Button>
          <Button variant="danger" onClick={onConfirm}>
            {t("off.confirm")}
          </Button>
        </>
      }
    >
      <ul className="text-text-2 flex list-disc flex-col gap-1.5 pl-5">
        <li>{t("off.waiting")}</li>
        <li>{t("off.underWay")}</li>
        <li>{t("off.campaigns")}</li>
      </ul>
    </Dialog>
  );
}
