import { useTranslations } from "next-intl";
import Link from "next/link";
import { CodeBlock } from "@/components/ui/code-block";
import { Disclosure } from "@/components/ui/disclosure";
import type { DescribedDocument, DescribedOperation, DescribedResponse } from "@/lib/schemas/api/describe-document";
import { problemType } from "@/lib/schemas/api/problems";
import { FieldList, SchemaLink, WithCode } from "./field-list";

/** Drawn from the OpenAPI document, which is drawn from the schemas that check requests. In English, like the field names. */
export function Reference({ reference }: { readonly reference: DescribedDocument }) {
  const t = useTranslations("docs.reference");
  return (
    <section aria-labelledby="reference" className="border-line mt-8 border-t pt-6">
      <h2 id="reference" className="scroll-mt-18 text-xl font-[650] tracking-[-0.015em]">
        {t("title")}
      </h2>
      <p className="text-text-2 mt-1 max-w-[72ch]">{t("lead")}</p>
      {reference.operations.map((operation) => (
        <Operation key={operation.id} operation={operation} />
      ))}
      <h2 className="mt-8 text-lg font-[650]">{t("schemas")}</h2>
      {reference.schemas.map((schema) => (
        <article key={schema.name} className="border-line bg-surface mt-4 rounded-xl border p-4 sm:p-5" lang="en">
          <h3 id={`schema-${schema.name}`} className="scroll-mt-18 font-mono text-base font-[600]">
            {schema.name}
          </h3>
          {schema.description === "" ? null : (
            <p className="text-text-2 mt-1 max-w-[72ch]">
              <WithCode text={schema.description} />
            </p>
          )}
          <FieldList fields={schema.fields} />
        </article>
      ))}
    </section>
  );
}

function Operation({ operation }: { readonly operation: DescribedOperation }) {
  const t = useTranslations("docs.reference");
  return (
    <article className="border-line bg-surface mt-4 rounded-xl border p-4 sm:p-5">
      <h3 id={operation.id} className="scroll-mt-18 text-lg font-[650]" lang="en">
        {operation.summary}
      </h3>
      <p className="mt-1 font-mono text-sm [overflow-wrap:anywhere]">
        <span className="text-accent mr-2 font-[600]">{operation.method}</span>
        {operation.path}
      </p>
      {operation.description === "" ? null : (
        <p className="text-text-2 mt-2 max-w-[72ch]" lang="en">
          <WithCode text={operation.description} />
        </p>
      )}
      {operation.parameters.length === 0 ? null : (
        <>
          <h4 className="mt-4 text-sm font-[600]">{t("parameters")}</h4>
          <FieldList fields={operation.parameters} />
        </>
      )}
      {operation.body === null ? null : (
        <>
          <h4 className="mt-4 mb-1 text-sm font-[600]">
            {t("body")} {operation.body.schema === null ? null : <SchemaLink name={operation.body.schema} />}
          </h4>
          {operation.body.examples.map((example, index) => (
            <Disclosure
              key={example.title}
              summary={<span lang="en">{example.title}</span>}
              defaultOpen={index === 0}
              className="mb-2"
            >
              <CodeBlock text={example.text} label={example.title} />
            </Disclosure>
          ))}
        </>
      )}
      <h4 className="mt-4 text-sm font-[600]">{t("responses")}</h4>
      <ul className="mt-1 flex flex-col gap-2">
        {operation.responses.map((response) => (
          <ResponseLine key={response.status} response={response} />
        ))}
      </ul>
    </article>
  );
}

function ResponseLine({ response }: { readonly response: DescribedResponse }) {
  const t = useTranslations("docs.reference");
  const good = response.status.startsWith("2");
  return (
    <li className="grid grid-cols-[44px_minmax(0,1fr)] gap-2">
      <code className={good ? "text-ok font-mono text-sm font-[600]" : "text-text-2 font-mono text-sm font-[600]"}>
        {response.status}
      </code>
      <div className="min-w-0">
        <span lang="en">{response.description}</span>{" "}
        {response.schema === null ? null : <SchemaLink name={response.schema} />}
        {response.problems.length === 0 ? null : (
          <p className="flex flex-wrap gap-x-3 text-xs">
            {response.problems.map((name) => (
              <Link key={name} href={problemType(name)} className="link font-mono">
                {name}
              </Link>
            ))}
          </p>
        )}
        {response.headers.length === 0 ? null : (
          <Disclosure summary={t("headers")}>
            <FieldList fields={response.headers} />
          </Disclosure>
        )}
        {response.example === null ? null : (
          <Disclosure summary={t("example")}>
            <CodeBlock text={response.example} label={t("example")} />
          </Disclosure>
        )}
      </div>
    </li>
  );
}
