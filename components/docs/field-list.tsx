import { useTranslations } from "next-intl";
import { Fragment } from "react";
import type { DescribedField } from "@/lib/schemas/api/describe-document";
import { codeOf } from "./guide-section";

export function FieldList({ fields }: { readonly fields: readonly DescribedField[] }) {
  const t = useTranslations("docs.reference");
  return (
    <dl className="mt-2 flex flex-col" lang="en">
      {fields.map((field) => (
        <div
          key={field.name}
          className="border-line grid gap-x-4 gap-y-0.5 border-t py-2 sm:grid-cols-[190px_minmax(0,1fr)]"
        >
          <dt className="min-w-0">
            <code className="font-mono text-sm font-[600] [overflow-wrap:anywhere]">{field.name}</code>
            {field.required ? <span className="text-warn ml-2 text-xs">{t("required")}</span> : null}
          </dt>
          <dd className="min-w-0">
            <p className="text-text-2 font-mono text-xs [overflow-wrap:anywhere]">
              {field.schema === null ? field.type : <SchemaLink name={field.schema} text={field.type} />}
              {field.limits.length === 0 ? null : ` · ${field.limits.join(" · ")}`}
            </p>
            {field.description === "" ? null : (
              <p className="max-w-[68ch]">
                <WithCode text={field.description} />
              </p>
            )}
            {field.example === null ? null : (
              <p className="text-text-3 text-xs [overflow-wrap:anywhere]">
                {t("exampleOf")} <code className="font-mono">{field.example}</code>
              </p>
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}

type SchemaLinkProps = { readonly name: string; readonly text?: string };

export function SchemaLink({ name, text = name }: SchemaLinkProps) {
  return (
    <a href={`#schema-${name}`} className="link font-mono text-xs">
      {text}
    </a>
  );
}

/** Descriptions mark names with backticks, as OpenAPI's own viewers do. */
export function WithCode({ text }: { readonly text: string }) {
  return text.split("`").map((part, index) => <Fragment key={index}>{index % 2 === 1 ? codeOf(part) : part}</Fragment>);
}
