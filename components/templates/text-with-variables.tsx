"use client";

import { useRef, type ReactNode } from "react";
import { Field } from "@/components/ui/field";
import { Textarea } from "@/components/ui/textarea";
import type { TemplateVariable } from "@/lib/schemas/templates";
import { VariableMenu } from "./variable-menu";

type TextWithVariablesProps = {
  readonly label: ReactNode;
  readonly value: string;
  readonly onChange: (text: string) => void;
  readonly variables: readonly TemplateVariable[];
  readonly lang: string;
  readonly rows?: number;
  readonly maxLength: number;
  readonly error?: string | undefined;
  readonly hint?: ReactNode;
  readonly required?: boolean;
};

/** A text field into which variables are put where the cursor stands. */
export function TextWithVariables(props: TextWithVariablesProps) {
  const box = useRef<HTMLTextAreaElement>(null);

  function insert(text: string) {
    const area = box.current;
    const from = area?.selectionStart ?? props.value.length;
    const to = area?.selectionEnd ?? from;
    props.onChange(props.value.slice(0, from) + text + props.value.slice(to));
    // After React has written the new text.
    requestAnimationFrame(() => {
      area?.focus();
      area?.setSelectionRange(from + text.length, from + text.length);
    });
  }

  return (
    <Field
      label={props.label}
      error={props.error}
      hint={props.hint}
      {...(props.required ? { required: true } : {})}
      aside={<VariableMenu variables={props.variables} onInsert={insert} />}
    >
      <Textarea
        ref={box}
        rows={props.rows ?? 5}
        lang={props.lang}
        dir="auto"
        maxLength={props.maxLength}
        value={props.value}
        onChange={(event) => props.onChange(event.target.value)}
      />
    </Field>
  );
}
