"use client";

import { Ban } from "lucide-react";
import { useTranslations } from "next-intl";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { toast } from "sonner";
import { suppressContactAction } from "@/app/(desk)/audiences/actions";
import { Button } from "@/components/ui/button";
import { CHANNEL_NAME } from "@/components/ui/channel-mark";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { Field } from "@/components/ui/field";
import { Select } from "@/components/ui/select";
import { Textarea } from "@/components/ui/textarea";
import { CATEGORIES, CHANNELS } from "@/lib/domain/vocabulary";

const ALL = "all";

type OptOutButtonProps = { readonly contactId: string; readonly phone: string };

export function OptOutButton({ contactId, phone }: OptOutButtonProps) {
  const t = useTranslations("audiences");
  const tCommon = useTranslations("common");
  const router = useRouter();
  const [channel, setChannel] = useState<string>(ALL);
  const [category, setCategory] = useState<string>(ALL);
  const [note, setNote] = useState("");

  async function optOut() {
    const result = await suppressContactAction({
      contactId,
      channel: CHANNELS.find((known) => known === channel) ?? null,
      category: CATEGORIES.find((known) => known === category) ?? null,
      note,
    });
    if (!result.ok) return result.error.fields["note"] ?? result.error.message;
    setNote("");
    toast.success(t("optOut.done"));
    router.refresh();
    return null;
  }

  return (
    <ConfirmDialog
      trigger={<Button icon={<Ban aria-hidden />}>{t("optOut.button")}</Button>}
      title={t("optOut.title", { phone })}
      description={t("optOut.text")}
      confirmLabel={t("optOut.button")}
      confirmDisabled={note.trim().length < 3}
      tone="danger"
      onConfirm={optOut}
    >
      <div className="flex flex-col gap-4">
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label={t("optOut.channel")}>
            <Select value={channel} onChange={(event) => setChannel(event.target.value)}>
              <option value={ALL}>{t("optOut.everyChannel")}</option>
              {CHANNELS.map((known) => (
                <option key={known} value={known}>
                  {CHANNEL_NAME[known]}
                </option>
              ))}
            </Select>
          </Field>
          <Field label={t("optOut.category")}>
            <Select value={category} onChange={(event) => setCategory(event.target.value)}>
              <option value={ALL}>{t("optOut.everyCategory")}</option>
              {CATEGORIES.map((known) => (
                <option key={known} value={known}>
                  {tCommon(`category.${known}`)}
                </option>
              ))}
            </Select>
          </Field>
        </div>
        <Field label={t("optOut.note")} hint={t("optOut.noteHint")} required>
          <Textarea rows={3} maxLength={500} value={note} onChange={(event) => setNote(event.target.value)} />
        </Field>
      </div>
    </ConfirmDialog>
  );
}
