"use client";

import { useTranslations } from "next-intl";
import { useState, useTransition, type FormEvent } from "react";
import { toast } from "sonner";
import { changeOwnPasswordAction } from "@/app/(desk)/settings/actions";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Field } from "@/components/ui/field";
import { FormError } from "@/components/ui/form-error";
import { Input } from "@/components/ui/input";
import { useAnswer } from "@/lib/client/use-answer";
import type { ClientError } from "@/lib/schemas/action-result";
import { PASSWORD_LENGTH } from "@/lib/schemas/people";

export function PasswordForm({ email }: { readonly email: string }) {
  const t = useTranslations("settings.me");
  const answer = useAnswer();
  const [draft, setDraft] = useState({ current: "", next: "" });
  const [error, setError] = useState<ClientError | null>(null);
  const [pending, startTransition] = useTransition();

  function submit(event: FormEvent) {
    event.preventDefault();
    startTransition(async () => {
      const result = await answer(changeOwnPasswordAction(draft));
      if (!result.ok) return setError(result.error);
      setError(null);
      setDraft({ current: "", next: "" });
      toast.success(t("passwordChanged"));
    });
  }

  return (
    <Card title={t("passwordTitle")} sub={t("passwordSub")}>
      <form method="post" onSubmit={submit} noValidate className="flex max-w-md flex-col gap-4">
        {/* Password managers keep the pair of address and password. */}
        <input type="email" name="username" autoComplete="username" value={email} readOnly hidden />
        <Field label={t("current")} error={error?.fields.current} required>
          <Input
            type="password"
            name="current"
            autoComplete="current-password"
            value={draft.current}
            onChange={(event) => setDraft({ ...draft, current: event.target.value })}
          />
        </Field>
        <Field label={t("next")} hint={t("nextHint", { min: PASSWORD_LENGTH.min })} error={error?.fields.next} required>
          <Input
            type="password"
            name="next"
            autoComplete="new-password"
            value={draft.next}
            onChange={(event) => setDraft({ ...draft, next: event.target.value })}
          />
        </Field>
        {error === null ? null : <FormError announce>{error.message}</FormError>}
        <div>
          <Button type="submit" variant="primary" pending={pending}>
            {t("change")}
          </Button>
        </div>
      </form>
    </Card>
  );
}
