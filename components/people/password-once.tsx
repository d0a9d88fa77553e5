"use client";

import { useTranslations } from "next-intl";
import { Button } from "@/components/ui/button";
import { CodeBlock } from "@/components/ui/code-block";
import { Dialog } from "@/components/ui/dialog";

export type ShownPassword = { readonly name: string; readonly password: string };

type PasswordOnceProps = { readonly shown: ShownPassword | null; readonly onClose: () => void };

/** A made-up password, there to be handed over; once closed nobody can read it again. */
export function PasswordOnce({ shown, onClose }: PasswordOnceProps) {
  const t = useTranslations("people.once");
  return (
    <Dialog
      size="sm"
      open={shown !== null}
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={t("title", { name: shown?.name ?? "" })}
      description={t("text")}
      footer={
        <Button variant="primary" onClick={onClose}>
          {t("done")}
        </Button>
      }
    >
      <CodeBlock label={t("password")} text={shown?.password ?? ""} />
    </Dialog>
  );
}
