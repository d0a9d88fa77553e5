"use client";

import { Trash2 } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { toast } from "sonner";
import { deleteConnectionAction } from "@/app/(desk)/connections/actions";
import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { useAnswer } from "@/lib/client/use-answer";

export function DeleteButton({ connectionId, name }: { readonly connectionId: string; readonly name: string }) {
  const t = useTranslations("connections.delete");
  const answer = useAnswer();
  const router = useRouter();

  async function perform(): Promise<string | null> {
    const result = await answer(deleteConnectionAction({ connectionId }));
    if (!result.ok) return result.error.message;
    toast.success(t("done", { name }));
    if (result.data.webhook?.state === "faulty") toast.warning(t("webhookLeft"));
    router.push("/connections");
    return null;
  }

  return (
    <ConfirmDialog
      trigger={
        <Button icon={<Trash2 aria-hidden />} aria-label={t("label", { name })}>
          {t("action")}
        </Button>
      }
      tone="danger"
      title={t("title", { name })}
      description={t("text")}
      confirmLabel={t("action")}
      onConfirm={perform}
    />
  );
}
