import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import Link from "next/link";
import { notFound } from "next/navigation";
import { WithCode } from "@/components/docs/field-list";
import { CodeBlock } from "@/components/ui/code-block";
import { isProblemName, PROBLEMS, problemType } from "@/lib/schemas/api/problems";

type ProblemPageProps = { readonly params: Promise<{ readonly name: string }> };

export async function generateMetadata({ params }: ProblemPageProps): Promise<Metadata> {
  const { name } = await params;
  return { title: isProblemName(name) ? PROBLEMS[name].title : name.slice(0, 60) };
}

/** Where the `type` of a problem document leads. */
export default async function ProblemPage({ params }: ProblemPageProps) {
  const { name } = await params;
  if (!isProblemName(name)) notFound();
  const t = await getTranslations("docs.problem");
  const { title, status, when, fix } = PROBLEMS[name];
  const example = JSON.stringify({ type: problemType(name), title, status, detail: when }, null, 2);
  return (
    <main className="mx-auto max-w-3xl px-4 py-6 sm:px-6">
      <p className="text-text-3 text-sm">
        <Link href="/docs#errors" className="link">
          {t("all")}
        </Link>
      </p>
      <h1 className="mt-2 text-2xl font-[650] tracking-[-0.015em]" lang="en">
        {title}
      </h1>
      <p className="text-text-2 mt-1 font-mono text-sm">{`${status} · ${problemType(name)}`}</p>
      <dl className="mt-5 flex flex-col gap-4">
        <div>
          <dt className="font-[600]">{t("when")}</dt>
          <dd lang="en">
            <WithCode text={when} />
          </dd>
        </div>
        <div>
          <dt className="font-[600]">{t("fix")}</dt>
          <dd lang="en">
            <WithCode text={fix} />
          </dd>
        </div>
      </dl>
      <h2 className="mt-5 mb-2 text-base font-[600]">{t("example")}</h2>
      <CodeBlock text={example} label={t("example")} />
    </main>
  );
}
