"use client";

import { useTranslations } from "next-intl";
import { useState, type ReactNode } from "react";
import { Button } from "./button";
import { Dialog } from "./dialog";
import { FormError } from "./form-error";

type ConfirmDialogProps = {
  readonly trigger?: ReactNode;
  readonly open?: boolean;
  readonly onOpenChange?: (open: boolean) => void;
  readonly title: ReactNode;
  readonly description?: ReactNode;
  readonly children?: ReactNode;
  /** Says the deed with its number and amount: "Send to 4,620 people · up to 831.60 EUR". */
  readonly confirmLabel: string;
  readonly cancelLabel?: string;
  readonly tone?: "primary" | "danger";
  readonly confirmDisabled?: boolean;
  /** Resolves to the text of an error, which is shown and keeps the dialog open; to null when done. */
  readonly onConfirm: () => Promise<string | null | undefined>;
};

export function ConfirmDialog({ tone = "primary", ...props }: ConfirmDialogProps) {
  const t = useTranslations("common");
  const [ownOpen, setOwnOpen] = useState(false);
  const [pending, setPending] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const open = props.open ?? ownOpen;

  function change(next: boolean) {
    if (pending) return;
    setError(null);
    setOwnOpen(next);
    props.onOpenChange?.(next);
  }

  async function confirm() {
    setPending(true);
    setError(null);
    try {
      const problem = await props.onConfirm();
      if (problem) return setError(problem);
      setOwnOpen(false);
      props.onOpenChange?.(false);
    } catch {
      setError(t("unexpected"));
    } finally {
      setPending(false);
    }
  }

  return (
    <Dialog
      size="sm"
      open={open}
      onOpenChange={change}
      busy={pending}
      trigger={props.trigger}
      title={props.title}
      description={props.description}
      footer={
        <>
          <Button onClick={() => change(false)} disabled={pending}>
            {props.cancelLabel ?? t("cancel")}
          </Button>
          <Button
            variant={tone}
            pending={pending}
            disabled={props.confirmDisabled}
            onClick={() => void confirm()}
            className="max-sm:h-auto max-sm:min-h-10 max-sm:py-2 max-sm:whitespace-normal"
          >
            {props.confirmLabel}
          </Button>
        </>
      }
    >
      {props.children}
      {error ? (
        <FormError announce className="mt-3">
          {error}
        </FormError>
      ) : null}
    </Dialog>
  );
}
