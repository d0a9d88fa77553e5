"use client";

import { Plus } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState, useTransition, type FormEvent } from "react";
import { toast } from "sonner";
import { addPersonAction } from "@/app/(desk)/people/actions";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { FormError } from "@/components/ui/form-error";
import { Input } from "@/components/ui/input";
import { useAnswer } from "@/lib/client/use-answer";
import type { Role } from "@/lib/domain/vocabulary";
import type { ClientError } from "@/lib/schemas/action-result";
import { PASSWORD_LENGTH } from "@/lib/schemas/people";
import type { ShownPassword } from "./password-once";
import { RoleCards } from "./role-cards";

type AddPersonDialogProps = {
  readonly onAdded: () => Promise<void>;
  readonly onPassword: (shown: ShownPassword) => void;
};

const FORM_ID = "add-person";
const EMPTY = { name: "", email: "", role: "marketer" as Role, password: "" };

export function AddPersonDialog({ onAdded, onPassword }: AddPersonDialogProps) {
  const t = useTranslations("people");
  const answer = useAnswer();
  const tCommon = useTranslations("common");
  const [open, setOpen] = useState(false);
  const [draft, setDraft] = useState(EMPTY);
  const [error, setError] = useState<ClientError | null>(null);
  const [pending, startTransition] = useTransition();
  const set = (change: Partial<typeof draft>) => setDraft((before) => ({ ...before, ...change }));

  function show(next: boolean) {
    setOpen(next);
    setError(null);
    if (next) setDraft(EMPTY);
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    const { password, ...person } = draft;
    startTransition(async () => {
      const result = await answer(addPersonAction(password === "" ? person : draft));
      if (!result.ok) return setError(result.error);
      show(false);
      if (result.data.password === null) toast.success(t("added", { name: draft.name }));
      else onPassword({ name: draft.name, password: result.data.password });
      await onAdded();
    });
  }

  return (
    <Dialog
      open={open}
      onOpenChange={show}
      busy={pending}
      title={t("add")}
      description={t("addText")}
      trigger={
        <Button variant="primary" icon={<Plus aria-hidden />}>
          {t("add")}
        </Button>
      }
      footer={
        <>
          <Button onClick={() => show(false)}>{tCommon("cancel")}</Button>
          <Button type="submit" form={FORM_ID} variant="primary" pending={pending}>
            {t("add")}
          </Button>
        </>
      }
    >
      <form id={FORM_ID} onSubmit={submit} noValidate autoComplete="off" className="flex flex-col gap-4">
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label={t("name")} error={error?.fields.name} required>
            <Input value={draft.name} maxLength={120} onChange={(event) => set({ name: event.target.value })} />
          </Field>
          <Field label={t("email")} error={error?.fields.email} required>
            <Input
              type="email"
              autoComplete="off"
              maxLength={254}
              value={draft.email}
              onChange={(event) => set({ email: event.target.value })}
            />
          </Field>
        </div>
        <RoleCards value={draft.role} onChange={(role) => set({ role })} error={error?.fields.role} />
        <Field
          label={t("initialPassword")}
          hint={t("initialPasswordHint", { min: PASSWORD_LENGTH.min })}
          error={error?.fields.password}
          optional
        >
          <Input
            autoComplete="new-password"
            spellCheck={false}
            value={draft.password}
            onChange={(event) => set({ password: event.target.value })}
          />
        </Field>
        {error === null ? null : <FormError announce>{error.message}</FormError>}
      </form>
    </Dialog>
  );
}
