"use client";

import { Plus } from "lucide-react";
import { useTranslations } from "next-intl";
import { useRouter } from "next/navigation";
import { useState, type FormEvent } from "react";
import { createApiKeyAction } from "@/app/(desk)/developers/actions";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { CodeBlock } from "@/components/ui/code-block";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { FormError } from "@/components/ui/form-error";
import { Input } from "@/components/ui/input";
import { SubmitButton } from "@/components/ui/submit-button";
import { useAnswer } from "@/lib/client/use-answer";
import type { CreatedApiKey } from "@/lib/schemas/api-keys";
import type { ClientError } from "@/lib/schemas/action-result";

/** The key is in this component's memory only: closing the dialog is the end of it. */
export function CreateApiKey() {
  const t = useTranslations("developers.create");
  const answer = useAnswer();
  const tCommon = useTranslations("common");
  const router = useRouter();
  const [open, setOpen] = useState(false);
  const [pending, setPending] = useState(false);
  const [error, setError] = useState<ClientError | null>(null);
  const [made, setMade] = useState<CreatedApiKey | null>(null);

  function change(next: boolean) {
    setOpen(next);
    setError(null);
    if (next) return;
    setMade(null);
    if (made !== null) router.refresh();
  }

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    setPending(true);
    const result = await answer(
      createApiKeyAction({ name: String(new FormData(event.currentTarget).get("name") ?? "") }),
    );
    setPending(false);
    if (result.ok) setMade(result.data);
    else setError(result.error);
  }

  return (
    <Dialog
      open={open}
      onOpenChange={change}
      busy={pending}
      trigger={
        <Button variant="primary" icon={<Plus aria-hidden />}>
          {t("open")}
        </Button>
      }
      title={made === null ? t("title") : t("madeTitle", { name: made.row.name })}
      footer={
        made === null ? (
          <>
            <Button onClick={() => change(false)} disabled={pending}>
              {tCommon("cancel")}
            </Button>
            <SubmitButton form="create-api-key" pending={pending}>
              {t("submit")}
            </SubmitButton>
          </>
        ) : (
          <Button variant="primary" onClick={() => change(false)}>
            {t("stored")}
          </Button>
        )
      }
    >
      {made === null ? (
        <form id="create-api-key" onSubmit={(event) => void submit(event)} noValidate>
          <Field label={t("name")} hint={t("nameHint")} error={error?.fields.name ?? null} required>
            <Input name="name" maxLength={80} autoFocus autoComplete="off" />
          </Field>
          {error !== null && error.fields.name === undefined ? (
            <FormError announce className="mt-3">
              {error.message}
            </FormError>
          ) : null}
        </form>
      ) : (
        <div className="flex flex-col gap-3">
          <Callout tone="warn" announce>
            {t("once")}
          </Callout>
          <CodeBlock text={made.key} label={t("key")} />
        </div>
      )}
    </Dialog>
  );
}
