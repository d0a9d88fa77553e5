"use client";

import { useTranslations } from "next-intl";
import { useId, type ReactNode } from "react";
import { cn } from "./cn";
import { FieldContext } from "./field-context";
import { FormError } from "./form-error";

type FieldProps = {
  readonly label: ReactNode;
  readonly children: ReactNode;
  readonly hint?: ReactNode;
  /** Text of the error, already in the reader's language. */
  readonly error?: string | null | undefined;
  readonly required?: boolean;
  /** Says "optional" beside the label; for the few optional fields of a form that is otherwise required. */
  readonly optional?: boolean;
  /** Beside the label, at the right: a HelpLink, a counter. */
  readonly aside?: ReactNode;
  readonly labelHidden?: boolean;
  readonly id?: string;
  readonly className?: string;
};

/** Label, control, hint and error as one; the control inside (Input, Select, …) is wired by itself. */
export function Field(props: FieldProps) {
  const t = useTranslations("common");
  const generated = useId();
  const id = props.id ?? generated;
  const hintId = props.hint ? `${id}-hint` : undefined;
  const errorId = props.error ? `${id}-error` : undefined;
  const describedBy = [errorId, hintId].filter(Boolean).join(" ") || undefined;
  return (
    <FieldContext value={{ id, describedBy, invalid: Boolean(props.error), required: props.required ?? false }}>
      <div className={cn("flex min-w-0 flex-col gap-1.5", props.className)}>
        <div className={cn("flex items-center justify-between gap-2", props.labelHidden && "sr-only")}>
          <label htmlFor={id} className="text-sm font-[550]">
            {props.label}
            {props.optional ? <span className="text-text-3 ml-1.5 font-normal">{t("optional")}</span> : null}
          </label>
          {props.aside ? <span className="text-text-3 text-xs">{props.aside}</span> : null}
        </div>
        {props.children}
        {props.error ? <FormError id={errorId}>{props.error}</FormError> : null}
        {props.hint ? (
          <p id={hintId} className="text-text-3 text-xs">
            {props.hint}
          </p>
        ) : null}
      </div>
    </FieldContext>
  );
}
